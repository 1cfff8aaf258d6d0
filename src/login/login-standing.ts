import { isExpired } from '../config/time.js';
import type { User } from '../database/entities/user.entity.js';
import { passwordExpirationOf } from './password-expiration.js';

/**
 * What the right password gets a user: `admitted` a session, `password-expired` a change of the password only, and `refused`
 * the same response as a wrong password.
 */
export type LoginStanding = 'admitted' | 'password-expired' | 'refused';

/** The columns that decide it. */
export type StandingColumns = Pick<
  User,
  'disabled' | 'initialPasswordExpires' | 'passwordChanged' | 'passwordExpires' | 'kind'
>;

/**
 * Whether a user may log in now. Logins, renewals and the rule of the last administrator all ask this function: a second rule
 * would leave a server without an administrator, or a session with more than a login gives.
 * @param maxAgeDays PASSWORD_MAX_AGE_DAYS; 0 for no rule.
 */
export function loginStandingOf(user: StandingColumns, maxAgeDays: number): LoginStanding {
  const { disabled, initialPasswordExpires, kind } = user;
  if (kind === 'service' || disabled !== null || isExpired(initialPasswordExpires)) return 'refused';
  const isOneTime = initialPasswordExpires !== null;
  return isOneTime || isExpired(passwordExpirationOf(user, maxAgeDays)) ? 'password-expired' : 'admitted';
}
