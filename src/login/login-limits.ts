/**
 * The limits on guessing passwords and on waiting logins. `docs/security.md` names the same numbers, and a test compares them.
 * An _account_ is a login route with what was typed as its name, whether or not there is such a user.
 */
export const LOGIN_LIMITS = {
  /** Failed attempts from one network, over all accounts, within {@link LOGIN_LIMITS.networkWindowMinutes}. */
  attemptsPerNetwork: 100,
  /** Failed attempts on one account from one network, within {@link LOGIN_LIMITS.networkWindowMinutes}. */
  attemptsPerAccountAndNetwork: 10,
  networkWindowMinutes: 15,
  /** Failed attempts on one account from anywhere, within {@link LOGIN_LIMITS.accountWindowHours}. */
  attemptsPerAccount: 25,
  /**
   * Attempts beyond {@link LOGIN_LIMITS.attemptsPerAccount} whose password is still checked, because the user has logged in
   * from their network. A user has two login routes, so both limits add up to 100 checked guesses for each user.
   */
  attemptsFromKnownNetworks: 25,
  accountWindowHours: 24,
  /**
   * How many logins of one account are processed at once. Each counts as an attempt until its password has proved right, so
   * more of them than {@link LOGIN_LIMITS.attemptsPerAccount} would be refused with the right password.
   */
  concurrentPerAccount: 10,
  /** How many logins of one account from one network hold a place in the queue. The others wait outside it. */
  concurrentPerAccountAndNetwork: 4,
  /** The part of the queue's places that the logins of one network can hold. */
  networkShareOfQueue: 0.5,
} as const;

/** The limits on the mails that requests demand. `docs/security.md` names the same numbers. */
export const MAIL_LIMITS = {
  /** Requests from one network, for any address, within {@link MAIL_LIMITS.networkWindowMinutes}. */
  mailsPerNetwork: 20,
  networkWindowMinutes: 15,
  /** Mails about one address, or asked for by one user, within {@link MAIL_LIMITS.addressWindowMinutes}. */
  mailsPerAddress: 3,
  addressWindowMinutes: 60,
} as const;

/** The limits on the reports of leaked tokens. `docs/secret-scanning.md` names the same numbers. */
export const REPORT_LIMITS = {
  /** Reports from one network, of any token, within {@link REPORT_LIMITS.networkWindowMinutes}. */
  reportsPerNetwork: 100,
  networkWindowMinutes: 15,
} as const;
