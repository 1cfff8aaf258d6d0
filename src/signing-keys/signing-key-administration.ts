import { Injectable, Logger } from '@nestjs/common';
import type { Actor } from '../auth/actor.js';
import type { SigningKey } from '../database/entities/signing-key.entity.js';
import { ApiError } from '../errors/api-error.js';
import { message } from '../i18n/message.js';
import { NoSuchKey, RotationError, RotationTooEarly } from './rotation-error.js';
import { SigningKeyRevocation } from './signing-key-revocation.js';
import { SigningKeyRotation } from './signing-key-rotation.js';
import { SigningKeys } from './signing-keys.js';

/** The changes of the signing keys that administrators make on a running server, with refusals for their clients. */
@Injectable()
export class SigningKeyAdministration {
  private readonly logger = new Logger('SigningKeys');

  constructor(
    private readonly rotation: SigningKeyRotation,
    private readonly revocation: SigningKeyRevocation,
    private readonly keys: SigningKeys,
  ) {}

  /** Has the next key sign. @returns it. @throws ApiError `rotation_too_early` or `unavailable` */
  rotate(actor: Actor): Promise<SigningKey> {
    return this.change(() => this.rotation.rotate(actor));
  }

  /** Deletes every key, and makes a new one. @returns it. @throws ApiError `unavailable` */
  replaceAll(actor: Actor): Promise<SigningKey> {
    return this.change(() => this.revocation.replaceAll(actor));
  }

  /** Deletes one key. @returns the key that signs now. @throws ApiError `not_found` or `unavailable` */
  revoke(kid: string, actor: Actor): Promise<SigningKey> {
    return this.change(() => this.revocation.revoke(kid, actor));
  }

  private async change(act: () => Promise<SigningKey>): Promise<SigningKey> {
    const active = await act().catch((error: unknown) => {
      throw this.toApiError(error);
    });
    // This process must not accept what it has just revoked.
    await this.keys.reload();
    return active;
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
