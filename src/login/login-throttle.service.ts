import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { DAY_MS, DAY_SECONDS, MINUTE_MS } from '../config/time.js';
import type { LoginThrottle } from '../database/entities/login-throttle.entity.js';
import { type AttemptKeys, LoginThrottleRepository, type SuccessKeys } from './login-throttle.repository.js';
import { BUDGET_KINDS, type BudgetKind, TooManyAttempts } from './too-many-attempts.js';

/** Attempts in a row end with a success, and are forgotten after a year. */
const CONSECUTIVE_WINDOW_MS = 365 * DAY_MS;

/** A limit on attempts that did not succeed. */
interface Budget {
  readonly key: string;
  readonly limit: number;
  /** How long attempts are counted together. */
  readonly windowMs: number;
}

/** Who tries, and from where. */
export interface AttemptBy {
  /** What both doors know the account by, whether or not there is one. */
  readonly account: string;
  readonly network: string;
  /** Whether the account's owner has logged in from that network before. */
  readonly isKnownNetwork: boolean;
}

/** What an attempt counts against; `consecutive` are the account's attempts in a row. */
type Budgets = Readonly<Record<BudgetKind, Budget>>;

/** An attempt that was let through and counted. */
export interface CountedAttempt {
  readonly account: string;
  readonly budgets: Budgets;
}

/**
 * Bounds guessing at both doors together (OWASP ASVS 6.3.1). Attempts are counted before the password is looked at, so
 * that a burst gets no more through than its budget. An account's attempts in a row are counted apart for networks its
 * owner has been at and for all others: strangers can close the others, and never the owner's own. The two add up to
 * the 100 failures in a row that NIST SP 800-63B allows.
 */
@Injectable()
export class LoginThrottleService {
  constructor(private readonly rows: LoginThrottleRepository) {}

  /**
   * Looks, and counts nothing: refusing costs no write, or refusals would be a way to wear the disk out.
   * @throws TooManyAttempts
   */
  async refuseExhausted(by: AttemptBy): Promise<void> {
    const budgets = budgetsOf(by);
    refuseExhausted(budgets, await this.rows.find(keysOf(budgets)), 0);
  }

  /** @throws TooManyAttempts */
  async consume(by: AttemptBy): Promise<CountedAttempt> {
    await this.refuseExhausted(by);
    const budgets = budgetsOf(by);
    const attempt = { account: by.account, budgets };
    const counted = await this.count(budgets);
    try {
      refuseExhausted(budgets, counted, 1);
    } catch (error) {
      await this.refund(attempt);
      throw error;
    }
    return attempt;
  }

  /** Resets the account's counting, and takes this attempt off its network's: it was none that failed. */
  async reset({ account, budgets }: CountedAttempt, manager: EntityManager): Promise<void> {
    await this.rows.succeed(keysOfSuccess(account, budgets), manager);
  }

  /** Takes an attempt back that was none at guessing. */
  async refund({ budgets }: CountedAttempt): Promise<void> {
    await this.rows.decrement(keysOf(budgets));
  }

  /** Forgets an account's attempts in a row, when its password was set anew. */
  async clear(account: string, manager: EntityManager): Promise<void> {
    await this.rows.delete([consecutiveKey(account, true), consecutiveKey(account, false)], manager);
  }

  /** Removes the budgets whose window is over. */
  async prune(): Promise<void> {
    await this.rows.deleteEnded(new Date());
  }

  private count(budgets: Budgets): Promise<LoginThrottle[]> {
    const now = Date.now();
    const windows = Object.values(budgets).map(({ key, windowMs }) => ({ key, windowEnds: new Date(now + windowMs) }));
    return this.rows.count(windows, new Date(now));
  }
}

function budgetsOf({ account, network, isKnownNetwork }: AttemptBy): Budgets {
  return {
    network: { key: budgetKey('network', network), limit: 100, windowMs: 15 * MINUTE_MS },
    pair: { key: budgetKey('pair', `${account} ${network}`), limit: 10, windowMs: 15 * MINUTE_MS },
    consecutive: { key: consecutiveKey(account, isKnownNetwork), limit: 50, windowMs: CONSECUTIVE_WINDOW_MS },
  };
}

function keysOf({ network, pair, consecutive }: Budgets): AttemptKeys {
  return { network: network.key, pair: pair.key, consecutive: consecutive.key };
}

function keysOfSuccess(account: string, { network, pair }: Budgets): SuccessKeys {
  const [known, unknown] = [consecutiveKey(account, true), consecutiveKey(account, false)];
  return { network: network.key, pair: pair.key, known, unknown };
}

/** An account's attempts in a row. */
function consecutiveKey(account: string, isKnownNetwork: boolean): string {
  return budgetKey(isKnownNetwork ? 'known' : 'unknown', account);
}

function budgetKey(kind: string, whom: string): string {
  return `${kind}:${createHash('sha256').update(whom).digest('base64url')}`;
}

/**
 * @param own how many of the counted attempts are this one.
 * @throws TooManyAttempts of the first budget that is used up: a burst counts for a moment against budgets that it will not
 * use up.
 */
function refuseExhausted(budgets: Budgets, rows: readonly LoginThrottle[], own: 0 | 1): void {
  const now = Date.now();
  for (const kind of BUDGET_KINDS) {
    const { key, limit } = budgets[kind];
    const row = rows.find(({ budget }) => budget === key);
    if (row === undefined || row.windowEnds.getTime() <= now || row.attempts - own < limit) continue;
    const waitSeconds = Math.min(Math.ceil((row.windowEnds.getTime() - now) / 1000), DAY_SECONDS);
    throw new TooManyAttempts({ key, kind, windowEnds: row.windowEnds }, waitSeconds);
  }
}
