import { randomBytes } from 'node:crypto';
import { toBase32 } from './base32.js';

/** How many codes a user has. */
export const RECOVERY_CODES = 8;
/** 120 bits: above the 112 for which NIST SP 800-63B, section 3.1.2, permits a fast hash. */
const RANDOM_BYTES = 15;
const SHAPE = /^[A-Z2-7]{24}$/;

/** A new code: 24 characters in base32. */
export function makeRecoveryCode(): string {
  return toBase32(randomBytes(RANDOM_BYTES));
}

/** The code that was typed, in the form in which it is hashed: people add blanks and hyphens. Undefined for another text. */
export function readRecoveryCode(text: string): string | undefined {
  const code = text.replace(/[\s-]/g, '').toUpperCase();
  return SHAPE.test(code) ? code : undefined;
}
