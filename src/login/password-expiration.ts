import { DAY_MS } from '../config/time.js';
import type { User } from '../database/entities/user.entity.js';

/**
 * When a password must be changed: at the user's own date or by the server's rule, whichever is earlier.
 * @param maxAgeDays 0 for no rule.
 */
export function passwordExpirationOf(
  { passwordChanged, passwordExpires }: Pick<User, 'passwordChanged' | 'passwordExpires'>,
  maxAgeDays: number,
): Date | null {
  if (maxAgeDays === 0) return passwordExpires;
  const byRule = new Date(passwordChanged.getTime() + maxAgeDays * DAY_MS);
  return passwordExpires !== null && passwordExpires < byRule ? passwordExpires : byRule;
}
