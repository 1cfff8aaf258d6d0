import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PREFIX = 'ep_';
const RANDOM_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
const SHAPE = new RegExp(`^${PREFIX}[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);
const MASKED_SHAPE = new RegExp(`^${PREFIX}[0-9A-Za-z]{4}…[0-9A-Za-z]{4}$`);

/**
 * A new token: `ep_`, 30 random base62 characters (178 bits), and 6 more that are the CRC-32 of what stands before
 * them, by which secret scanners know a token and a mistyped one is refused without a look-up.
 */
export function mintToken(): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return `${PREFIX}${random}${checksum(PREFIX + random)}`;
}

/** Whether a text claims to be an auth header; its checksum may still be wrong. */
export function isAuthHeaderShaped(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** Whether a text can be a token of ours: its form and its checksum are right. */
export function isWellFormed(text: string): boolean {
  return SHAPE.test(text) && checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
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

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    digits = (ALPHABET[rest % ALPHABET.length] ?? '') + digits;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return digits;
}
