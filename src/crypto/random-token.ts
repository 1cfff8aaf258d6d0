import { hash, randomBytes } from 'node:crypto';

/** A random token, in base64url: 43 characters. */
export const RANDOM_TOKEN = /^[\w-]{43}$/;

/** A new token of 256 random bits. */
export function makeRandomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What the database holds of a random text, so that a copy of it is worth nothing. No slow hash is needed for so many random bits. */
export function hashOfToken(token: string): string {
  return hash('sha256', token, 'base64url');
}
