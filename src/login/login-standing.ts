import { isExpired } from '../config/time.js';
import type { User } from '../database/entities/user.entity.js';
import type { ProblemCode } from '../errors/problems.js';
import { passwordExpirationOf } from './password-expiration.js';

/**
 * What the right password gets a user: `admitted` a session, `password-expired` and `one-time-password` a change of the password
 * only, and `refused` the same response as a wrong password.
 */
export type LoginStanding = 'admitted' | 'password-expired' | 'one-time-password' | 'refused';

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
  if (initialPasswordExpires !== null) return 'one-time-password';
  return isExpired(passwordExpirationOf(user, maxAgeDays)) ? 'password-expired' : 'admitted';
}

/** What is refused, and why, to a user whose right password is good for a change only. */
export function refusalOfSession(standing: LoginStanding): { code: ProblemCode; detail: string } {
  return standing === 'one-time-password'
    ? { code: 'password_change_required', detail: 'one-time password' }
    : { code: 'password_expired', detail: 'password expired' };
}
