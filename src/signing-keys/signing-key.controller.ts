import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../auth/actor.js';
import { CurrentActor } from '../auth/current-actor.decorator.js';
import { Requires } from '../auth/requires.decorator.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { JsonBody } from '../http/request-parts.decorators.js';
import { RevokeSigningKeyDto, RotateSigningKeysDto, SigningKeyDto } from './dto/signing-key.dto.js';
import { SigningKeyAdministration } from './signing-key-administration.js';
import { toSigningKeyDto } from './signing-key-responses.js';
import { SigningKeyRotation } from './signing-key-rotation.js';

/** What administrators do with the keys that sign JWTs. */
@ApiTags('Administration')
@Controller('signingkey')
export class SigningKeyController {
  constructor(
    private readonly rotation: SigningKeyRotation,
    private readonly administration: SigningKeyAdministration,
  ) {}

  /**
   * List the signing keys
   *
   * @remarks Returns the keys that sign and verify JWTs, newest first, without their key material.
   */
  @Get('list')
  @Requires('admin')
  @Answers('The signing keys')
  async listSigningKeys(): Promise<SigningKeyDto[]> {
    return (await this.rotation.list()).map(toSigningKeyDto);
  }

  /**
   * Rotate the signing keys
   *
   * @remarks Activates the next key, and returns it. The previous key verifies until its last JWT has expired, so no request
   * fails. A key signs only after it has been published for longer than a service caches the key set, which is five minutes:
   * until then, the response is 409 with `Retry-After`. With `compromised`, deletes all other keys at once instead.
   *
   * To try it on a fresh server, wait until the next key is five minutes old: `GET /signingkey/list` tells when it is
   * `ready`.
   */
  @Post('rotate')
  @HttpCode(200)
  @Requires('admin')
  @ApiBody({ type: RotateSigningKeysDto, required: false })
  @Answers('The key that signs now', ['rotation_too_early'])
  async rotateSigningKeys(
    @CurrentActor() actor: Actor,
    @JsonBody() body?: RotateSigningKeysDto,
  ): Promise<SigningKeyDto> {
    const isCompromised = body?.compromised ?? false;
    return toSigningKeyDto(
      await (isCompromised ? this.administration.replaceAll(actor) : this.administration.rotate(actor)),
    );
  }

  /**
   * Revoke a signing key
   *
   * @remarks Deletes one key that somebody else may know, and returns the key that signs now. The JWTs that it signed are
   * refused from the moment of the response, and within a second by other instances; all others stay valid. A service that
   * verifies offline accepts them until it fetches the key set again.
   *
   * To try it, take a `kid` from `GET /signingkey/list`. With that of the active key, everybody must log in again, you
   * included.
   */
  @Post('revoke')
  @HttpCode(200)
  @Requires('admin')
  @Answers('The key that signs now', ['not_found'])
  async revokeSigningKey(
    @CurrentActor() actor: Actor,
    @JsonBody() { kid }: RevokeSigningKeyDto,
  ): Promise<SigningKeyDto> {
    return toSigningKeyDto(await this.administration.revoke(kid, actor));
  }
}
