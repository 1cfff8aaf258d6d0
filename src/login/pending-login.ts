import type { ChallengeState } from '../factor/challenges.js';
import type { FactorKind } from '../database/entities/factor.entity.js';
import type { Locale } from '../i18n/locales.js';

/** The actions that ask for a password. */
export type LoginAction = 'login' | 'password.change';

/** Where a login began: its second step is answered as that route answers a login. */
export type Door =
  { readonly kind: 'user' } | { readonly kind: 'console' } | { readonly kind: 'accounts'; readonly locale: Locale };

/** A change of a password whose new password was accepted. */
export interface AcceptedChange {
  readonly passwordHash: string;
  /** Whether every auth header of the user ends too. */
  readonly endAuthHeaders: boolean;
}

/** The enrolment of a second factor in the middle of a login. */
export interface PendingEnrolment {
  readonly kind: FactorKind;
  readonly state: ChallengeState;
}

/** A login whose password was right, as its challenge remembers it until the second factor is proved. */
export interface PendingLogin {
  readonly action: LoginAction;
  readonly door: Door;
  /** The account that wrong passwords were counted for; see `accountOf`. */
  readonly account: string;
  readonly isKnownNetwork: boolean;
  /** When the password that was right was set: the step is worth nothing after a change of it. */
  readonly passwordChanged: string;
  /** A new hash of the same password; null to leave the hash as it is. */
  readonly rehashed: string | null;
  readonly change: AcceptedChange | null;
  readonly enrolment: PendingEnrolment | null;
}

export function toState(login: PendingLogin): ChallengeState {
  return { ...login };
}

/** What {@link toState} made. The state is sealed, so nobody else can have written it. */
export function pendingLoginOf(state: ChallengeState): PendingLogin {
  return state as unknown as PendingLogin;
}
