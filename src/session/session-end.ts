import type { Session } from '../database/entities/session.entity.js';

/** When the user of a session logged in, in seconds since 1970. No renewal moves it: a fresh proof is a new session. */
export function authTimeOf({ created }: Pick<Session, 'created'>): number {
  return Math.floor(created.getTime() / 1000);
}

/**
 * When a session ends at the latest: at the time that was stored at the login, or earlier if SESSION_MAX_AGE was lowered since.
 * A limit that only new sessions obeyed would leave the old ones, which it is usually lowered for, as they are.
 */
export function sessionEndOf({ created, expires }: Pick<Session, 'created' | 'expires'>, maxAgeSeconds: number): Date {
  const limit = new Date(created.getTime() + maxAgeSeconds * 1000);
  return limit < expires ? limit : expires;
}
