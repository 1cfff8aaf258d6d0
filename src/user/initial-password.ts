import { randomBytes } from 'node:crypto';
import { DAY_MS } from '../config/time.js';
import type { User } from '../database/entities/user.entity.js';

const LENGTH_BYTES = 18;
const VALID_DAYS = 7;

/** A user, and the one-time password that was made for them. */
export interface UserWithInitialPassword {
  readonly user: User;
  /** To be handed over and changed; absent if the password was given. */
  readonly initialPassword?: string;
}

/** Shows a user with their one-time password, before the change is committed. If it rejects, nothing changes. */
export type ShowUser = (made: UserWithInitialPassword) => Promise<void>;

/** A one-time password, which is shown once. */
export function makeInitialPassword(): string {
  return randomBytes(LENGTH_BYTES).toString('base64url');
}

/** When a one-time password that is made now ends. */
export function initialPasswordEnd(now: Date): Date {
  return new Date(now.getTime() + VALID_DAYS * DAY_MS);
}
