import { Controller, Get, HttpCode, Logger, Post } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../auth/actor.js';
import { CurrentActor } from '../auth/current-actor.decorator.js';
import { Requires } from '../auth/requires.decorator.js';
import type { SigningKey } from '../database/entities/signing-key.entity.js';
import { ApiError } from '../errors/api-error.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { JsonBody } from '../http/request-parts.decorators.js';
import { message } from '../i18n/message.js';
import { RevokeSigningKeyDto, RotateSigningKeysDto, SigningKeyDto } from './dto/signing-key.dto.js';
import { NoSuchKey, RotationError, RotationTooEarly } from './rotation-error.js';
import { toSigningKeyDto } from './signing-key-responses.js';
import { SigningKeyRevocation } from './signing-key-revocation.js';
import { SigningKeyRotation } from './signing-key-rotation.js';
import { SigningKeys } from './signing-keys.js';

/** What administrators do with the keys that sign JWTs. */
@ApiTags('Administration')
@Controller('signingkey')
export class SigningKeyController {
  private readonly logger = new Logger('SigningKeys');

  constructor(
    private readonly rotation: SigningKeyRotation,
    private readonly revocation: SigningKeyRevocation,
    private readonly keys: SigningKeys,
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
    return this.answer(() => (isCompromised ? this.revocation.replaceAll(actor) : this.rotation.rotate(actor)));
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
    return this.answer(() => this.revocation.revoke(kid, actor));
  }

  private async answer(change: () => Promise<SigningKey>): Promise<SigningKeyDto> {
    const active = await change().catch((error: unknown) => {
      throw this.toApiError(error);
    });
    // This process must not accept what it has just revoked.
    await this.keys.reload();
    return toSigningKeyDto(active);
  }

  /** The reason of any other refusal is about the server, and for its operator. */
  private toApiError(error: unknown): unknown {
    if (error instanceof NoSuchKey) return new ApiError('not_found', { message: message('no_such_signing_key') });
    if (error instanceof RotationTooEarly) {
      const waitSeconds = Math.max(1, Math.ceil((error.readyAt.getTime() - Date.now()) / 1000));
      return new ApiError('rotation_too_early', { retryAfterSeconds: waitSeconds });
    }
    if (!(error instanceof RotationError)) return error;
    this.logger.error(error.message);
    return new ApiError('unavailable');
  }
}
