import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { isOpenUntil } from '../config/time.js';
import { SecretKeys } from '../crypto/secret-keys.js';
import { STAMP_BYTES, Stamper } from '../crypto/stamper.js';
import { PASSKEY_TTL_MS } from './passkeys.js';

const RANDOM_BYTES = 16;
/** The end, in milliseconds since 1970. */
const END_BYTES = 6;
const STAMPED_BYTES = RANDOM_BYTES + END_BYTES;

/**
 * The challenges of logins without a password. Anybody may ask for one, so the server stores none: each says when it ends, and
 * is stamped. It is the token as well. That it is good for one login is for the login's transaction to ensure.
 */
@Injectable()
export class PasskeyLoginTokens {
  private readonly stamper: Stamper;

  constructor(secretKeys: SecretKeys) {
    this.stamper = new Stamper(secretKeys, 'passkey-login');
  }

  /** A new one, in base64url. */
  issue(now = Date.now()): string {
    const stamped = Buffer.alloc(STAMPED_BYTES);
    randomBytes(RANDOM_BYTES).copy(stamped);
    stamped.writeUIntBE(now + PASSKEY_TTL_MS, RANDOM_BYTES, END_BYTES);
    return Buffer.concat([stamped, this.stamper.stamp(stamped)]).toString('base64url');
  }

  /** When a token ends; undefined for one that this server did not make, or that has ended. */
  endOf(token: string, now = Date.now()): Date | undefined {
    const bytes = Buffer.from(token, 'base64url');
    // One text for each token: another one would be a second use of it.
    if (bytes.length !== STAMPED_BYTES + STAMP_BYTES || bytes.toString('base64url') !== token) return undefined;
    const stamped = bytes.subarray(0, STAMPED_BYTES);
    if (!this.stamper.isStamped(stamped, bytes.subarray(STAMPED_BYTES))) return undefined;
    const end = new Date(stamped.readUIntBE(RANDOM_BYTES, END_BYTES));
    return isOpenUntil(end, PASSKEY_TTL_MS, now) ? end : undefined;
  }
}
