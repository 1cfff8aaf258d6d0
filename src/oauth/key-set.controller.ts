import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.decorator.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { KEY_SET_MAX_AGE_SECONDS } from '../signing-keys/key-schedule.js';
import { Policy } from '../http/route-policy.js';
import { SigningKeys } from '../signing-keys/signing-keys.js';
import { KeySetDto } from './dto/key-set.dto.js';

export const KEY_SET_PATH = '/.well-known/jwks.json';

@ApiTags('Integration')
@Controller()
export class KeySetController {
  constructor(private readonly keys: SigningKeys) {}

  /**
   * Get the key set
   *
   * @remarks Returns the public keys with which a service verifies a JWT offline (RFC 7517). The media
   * type is `application/json`, or `application/jwk-set+json` for a client that accepts only that one.
   */
  @Public()
  @Get(KEY_SET_PATH)
  @Policy({ negotiates: true, alternativeType: 'application/jwk-set+json' })
  @Header('cache-control', `public, max-age=${KEY_SET_MAX_AGE_SECONDS}`)
  @Answers('The public keys', [], {
    'Cache-Control': {
      description: 'How many seconds a client may cache the keys (RFC 9111).',
      required: true,
      schema: { type: 'string' },
      example: `public, max-age=${KEY_SET_MAX_AGE_SECONDS}`,
    },
  })
  async getKeySet(): Promise<KeySetDto> {
    return { keys: (await this.keys.publicKeys()) as KeySetDto['keys'] };
  }
}
