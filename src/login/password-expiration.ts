import { DAY_MS } from '../config/time.js';
import type { User } from '../database/entities/user.entity.js';

/**
 * When a password must be changed: at the user's own date or by the server's rule, whichever is earlier. A service account has
 * no password to change.
 * @param maxAgeDays 0 for no rule.
 */
export function passwordExpirationOf(
  { kind, passwordChanged, passwordExpires }: Pick<User, 'kind' | 'passwordChanged' | 'passwordExpires'>,
  maxAgeDays: number,
): Date | null {
  if (kind === 'service') return null;
  if (maxAgeDays === 0) return passwordExpires;
  const byRule = new Date(passwordChanged.getTime() + maxAgeDays * DAY_MS);
  return passwordExpires !== null && passwordExpires < byRule ? passwordExpires : byRule;
}
