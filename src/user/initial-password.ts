import { randomBytes } from 'node:crypto';
import { DAY_MS } from '../config/time.js';

const LENGTH_BYTES = 18;
const VALID_DAYS = 7;

/** A one-time password, which is shown once. */
export function makeInitialPassword(): string {
  return randomBytes(LENGTH_BYTES).toString('base64url');
}

/** When a one-time password that is made now ends. */
export function initialPasswordEnd(now: Date): Date {
  return new Date(now.getTime() + VALID_DAYS * DAY_MS);
}
