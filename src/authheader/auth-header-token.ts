import { hash, randomInt } from 'node:crypto';
import { ALPHABET, checksum, PREFIX, RANDOM_LENGTH } from '../guard/auth-header-format.js';

const MASKED_SHAPE = new RegExp(`^${PREFIX}[0-9A-Za-z]{4}…[0-9A-Za-z]{4}$`);

/**
 * A new token: `ep_`, 30 random base62 characters (178 bits), and 6 more that are the CRC-32 of what stands before
 * them, by which secret scanners know a token and a mistyped one is refused without a look-up.
 */
export function mintToken(): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return `${PREFIX}${random}${checksum(PREFIX + random)}`;
}

/** Whether a text looks like what {@link mask} makes. */
export function isMasked(text: string): boolean {
  return MASKED_SHAPE.test(text);
}

/** The form that is looked up and stored: a token is random enough for a fast hash. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/** What is shown in place of a token, such as `ep_Ab12…9xYz`: it still leaves 130 bits to guess. */
export function mask(token: string): string {
  return `${token.slice(0, PREFIX.length + 4)}…${token.slice(-4)}`;
}
