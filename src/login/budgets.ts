import { createHash } from 'node:crypto';
import { HOUR_MS, MINUTE_MS } from '../config/time.js';
import type { LoginThrottle } from '../database/entities/login-throttle.entity.js';
import { LOGIN_LIMITS, MAIL_LIMITS, REPORT_LIMITS } from './login-limits.js';
import { type BudgetKind, TooManyAttempts } from './too-many-attempts.js';

/** 128 bits: a collision would only make two names share their counts. */
const HASH_LENGTH = 22;

/** A limit on failed attempts. */
export interface Budget {
  readonly key: string;
  readonly kind: BudgetKind;
  readonly limit: number;
  /** How long attempts are counted together. */
  readonly windowMs: number;
}

export type GuessedSecret = 'password' | 'second-factor';

/** What an attempt is counted by. */
export interface AttemptBy {
  /** What is guessed. Codes are counted apart from passwords: who guesses one must not use up the attempts at the other. */
  readonly secret: GuessedSecret;
  /** The claimed identity, or the user of a second factor; see `accountOf` and `factorAccountOf`. */
  readonly account: string;
  readonly network: string;
  /** Whether the user of that identity has logged in from that network before. */
  readonly isKnownNetwork: boolean;
}

/** The budgets of an attempt. */
export interface Budgets {
  readonly network: Budget;
  readonly pair: Budget;
  /** Every attempt on the account, until it is exhausted. */
  readonly consecutive: Budget;
  /**
   * The attempts on the account after that. Those from known networks have a limit of their own, so that strangers do not lock
   * out the owner. The others are counted too, and never checked: a count that is not written would take less time.
   */
  readonly surplus: Budget;
}

/** A budget that an attempt has used up. */
export interface UsedUpBudget {
  readonly kind: BudgetKind;
  readonly attempts: number;
  /** When there are attempts again. */
  readonly windowEnds: Date;
}

/** The attempts of a network, at whatever account. */
export function networkBudgetOf(secret: GuessedSecret, network: string): Budget {
  return {
    key: `${secret === 'password' ? '' : 'factor-'}network:${hashOf(network)}`,
    kind: 'network',
    limit: LOGIN_LIMITS.attemptsPerNetwork,
    windowMs: LOGIN_LIMITS.networkWindowMinutes * MINUTE_MS,
  };
}

export function budgetsOf({ secret, account, network, isKnownNetwork }: AttemptBy): Budgets {
  const windowMs = LOGIN_LIMITS.networkWindowMinutes * MINUTE_MS;
  const accountBudget = { kind: 'consecutive', windowMs: LOGIN_LIMITS.accountWindowHours * HOUR_MS } as const;
  const { consecutive, known, unknown } = accountKeysOf(account);
  return {
    network: networkBudgetOf(secret, network),
    pair: {
      key: `${pairPrefixOf(account)}${hashOf(network)}`,
      kind: 'pair',
      limit: LOGIN_LIMITS.attemptsPerAccountAndNetwork,
      windowMs,
    },
    consecutive: { ...accountBudget, key: consecutive, limit: LOGIN_LIMITS.attemptsPerAccount },
    surplus: isKnownNetwork
      ? { ...accountBudget, key: known, limit: LOGIN_LIMITS.attemptsFromKnownNetworks }
      : { ...accountBudget, key: unknown, limit: 0 },
  };
}

/** The budgets of a request for a mail. @param subject what was typed, or who asks */
export function mailBudgetsOf(subject: string, network: string): Readonly<Record<'network' | 'address', Budget>> {
  return {
    network: {
      key: `mail-network:${hashOf(network)}`,
      kind: 'network',
      limit: MAIL_LIMITS.mailsPerNetwork,
      windowMs: MAIL_LIMITS.networkWindowMinutes * MINUTE_MS,
    },
    address: {
      key: `mail:${hashOf(subject)}`,
      kind: 'consecutive',
      limit: MAIL_LIMITS.mailsPerAddress,
      windowMs: MAIL_LIMITS.addressWindowMinutes * MINUTE_MS,
    },
  };
}

/** The budget of the reports of leaked tokens, known and unknown. */
export function reportBudgetOf(network: string): Budget {
  return {
    key: `report-network:${hashOf(network)}`,
    kind: 'network',
    limit: REPORT_LIMITS.reportsPerNetwork,
    windowMs: REPORT_LIMITS.networkWindowMinutes * MINUTE_MS,
  };
}

/** The keys of an account's budgets that do not depend on a network. */
export function accountKeysOf(account: string): Readonly<Record<'consecutive' | 'known' | 'unknown', string>> {
  const hash = hashOf(account);
  return { consecutive: `consecutive:${hash}`, known: `known:${hash}`, unknown: `unknown:${hash}` };
}

/** How the keys of an account's budgets for single networks begin. */
export function pairPrefixOf(account: string): string {
  return `pair:${hashOf(account)}:`;
}

/**
 * The refusal that a budget demands.
 * @param own how many of the counted attempts are the one in question.
 * @returns undefined if the budget has an attempt left.
 */
export function refusalOf(
  { key, kind, limit, windowMs }: Budget,
  rows: readonly LoginThrottle[],
  own: 0 | 1,
): TooManyAttempts | undefined {
  const row = rows.find(({ budget }) => budget === key);
  if (row === undefined || row.attempts - own < limit) return undefined;
  const waitMs = row.windowEnds.getTime() - Date.now();
  // No window is longer than its budget's. One that ends later was written while the clock was ahead, and is replaced when
  // the attempt is counted.
  if (waitMs <= 0 || waitMs > windowMs) return undefined;
  const rateLimit = { limit, windowSeconds: windowMs / 1000 };
  return new TooManyAttempts({ key, kind, windowEnds: row.windowEnds }, rateLimit, Math.ceil(waitMs / 1000));
}

/** The budgets whose last attempt is the counted one. Of all attempts at all processes, one is the last. */
export function usedUp(budgets: readonly Budget[], rows: readonly LoginThrottle[]): UsedUpBudget[] {
  return budgets.flatMap(({ key, kind, limit }) => {
    const row = rows.find(({ budget }) => budget === key);
    return row?.attempts === limit ? [{ kind, attempts: limit, windowEnds: row.windowEnds }] : [];
  });
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, HASH_LENGTH);
}
