import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { SecretSource } from './sealer.js';

/** The length of a stamp: HMAC-SHA-256. */
export const STAMP_BYTES = 32;

/**
 * Stamps what the server gives away without storing it, and recognises it when it comes back (HMAC, RFC 2104). It hides nothing.
 * A stamp counts in every process, as long as its secret is the current or the previous one.
 */
export class Stamper {
  /** @param purpose separates the keys derived from one secret (HKDF, RFC 5869). */
  constructor(
    private readonly source: SecretSource,
    private readonly purpose: string,
  ) {}

  /** @throws StartupError if the secret cannot be read */
  stamp(bytes: Uint8Array): Buffer {
    const [secret = ''] = this.source.currentSecrets();
    return this.stampWith(secret, bytes);
  }

  /** @throws StartupError if the secret cannot be read */
  isStamped(bytes: Uint8Array, stamp: Uint8Array): boolean {
    return (
      stamp.length === STAMP_BYTES &&
      this.source.currentSecrets().some((secret) => timingSafeEqual(this.stampWith(secret, bytes), stamp))
    );
  }

  private stampWith(secret: string, bytes: Uint8Array): Buffer {
    const key = hkdfSync('sha256', secret, '', `elastic-personas/${this.purpose}`, STAMP_BYTES);
    return createHmac('sha256', Buffer.from(key)).update(bytes).digest();
  }
}
