import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.decorator.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { KEY_SET_MAX_AGE_SECONDS } from '../session/signing-key-rotation.js';
import { SigningKeys } from '../session/signing-keys.js';
import { KeySetDto } from './dto/key-set.dto.js';

@ApiTags('Integration')
@Controller('.well-known')
export class KeySetController {
  constructor(private readonly keys: SigningKeys) {}

  /**
   * Get the key set
   *
   * @remarks Answers the public keys with which a service checks a JWT without asking this server (RFC 7517).
   */
  @Public()
  @Get('jwks.json')
  @Header('cache-control', `public, max-age=${KEY_SET_MAX_AGE_SECONDS}`)
  @Answers('The public keys', [], {
    'Cache-Control': {
      description: 'For how many seconds the keys may be kept (RFC 9111).',
      required: true,
      schema: { type: 'string' },
      example: `public, max-age=${KEY_SET_MAX_AGE_SECONDS}`,
    },
  })
  async getKeySet(): Promise<KeySetDto> {
    return { keys: (await this.keys.publicKeys()) as KeySetDto['keys'] };
  }
}
