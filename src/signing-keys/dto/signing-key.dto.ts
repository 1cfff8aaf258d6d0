import { ApiSchema } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import type { JwtAlgorithm } from '../../config/jwt-algorithms.js';
import type { SigningKeyState } from '../../database/entities/signing-key.entity.js';
import { IsId, IsOmittable } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';

@ApiSchema({ name: 'SigningKey', description: 'A signing key without its key material.' })
export class SigningKeyDto {
  /**
   * The `kid` of the JWTs that it signs (RFC 7515, section 4.1.4).
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  kid: string;

  /**
   * The algorithm.
   * @example RS256
   */
  alg: JwtAlgorithm;

  /**
   * `next` is published and does not sign yet, `active` signs, `retired` only verifies.
   * @example active
   */
  state: SigningKeyState;

  /**
   * When it was made and published, in UTC.
   * @example 2026-01-15T10:30:42Z
   */
  created: string;

  /**
   * From when it may sign: only for `next`.
   * @example 2026-01-15T10:35:52Z
   */
  ready?: string;

  /**
   * When it began to sign; absent for `next`, and where an earlier version activated it.
   * @example 2026-04-15T10:30:42Z
   */
  activated?: string;

  /**
   * When it last signed: only for `retired`.
   * @example 2026-07-14T10:30:42Z
   */
  retired?: string;
}

@ApiSchema({ name: 'RotateSigningKeysRequest', description: 'How the signing keys are rotated.' })
export class RotateSigningKeysDto {
  /**
   * Whether all other keys are deleted at once, so that all users must log in again; `false` by default. Use it after a leak of
   * the database together with its secret.
   * @example false
   */
  @IsOmittable()
  @IsBoolean(messageKey('must_be_true_or_false'))
  compromised?: boolean;
}

@ApiSchema({ name: 'RevokeSigningKeyRequest', description: 'The signing key to revoke.' })
export class RevokeSigningKeyDto {
  /**
   * The `kid` of the key.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @IsId('must_be_an_id')
  kid: string;
}
