import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import { type EntityManager, In, LessThan, type Repository } from 'typeorm';
import { KeptChange } from '../database/prepared/prepared-change.js';
import { KeptQuery } from '../database/prepared/prepared-query.js';
import { answeringRows } from '../database/prepared/prepared-sql.js';
import { ReadConnection } from '../database/sqlite/read-connection.js';
import { LoginThrottle } from '../database/entities/login-throttle.entity.js';
import { BUDGET_KINDS, type BudgetKind, TooManyAttempts } from './too-many-attempts.js';

const MINUTE_MS = 60_000;
const DAY_SECONDS = 86_400;
/** Attempts in a row end with a success, and are forgotten after a year. */
const ROW_WINDOW_MS = 365 * DAY_SECONDS * 1000;

/** A limit on attempts that did not succeed. */
interface Budget {
  readonly key: string;
  readonly limit: number;
  /** When the counting begins anew. */
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

/** What an attempt counts against; `row` are the account's attempts in a row. */
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
  private readonly ofAttempt: KeptQuery<LoginThrottle, keyof Budgets>;
  private readonly success: KeptChange<keyof ReturnType<typeof keysOfSuccess>>;

  constructor(
    @InjectRepository(LoginThrottle) private readonly rows: Repository<LoginThrottle>,
    connection: ReadConnection,
  ) {
    const ofAttempt = rows.createQueryBuilder('row').where('row.budget IN (:network, :pair, :row)');
    this.ofAttempt = new KeptQuery(ofAttempt, ['network', 'pair', 'row'], connection);
    const success = rows
      .createQueryBuilder()
      .update()
      .set({ attempts: () => 'CASE WHEN budget = :network THEN attempts - 1 ELSE 0 END' })
      .where('budget IN (:network, :pair, :known, :unknown)');
    this.success = new KeptChange(success, ['network', 'pair', 'known', 'unknown']);
  }

  /** @throws TooManyAttempts */
  async begin(by: AttemptBy): Promise<CountedAttempt> {
    const budgets = budgetsOf(by);
    const attempt = { account: by.account, budgets };
    // A look before the count: refusing costs no write, or refusals would be a way to wear the disk out.
    refuseExhausted(budgets, await this.ofAttempt.all(keysOf(budgets)), 0);
    const counted = await this.count(budgets);
    try {
      refuseExhausted(budgets, counted, 1);
    } catch (error) {
      await this.takeBack(attempt);
      throw error;
    }
    return attempt;
  }

  /** Begins the account's counting anew, and takes this attempt off its network's: it was none that failed. */
  async succeed({ account, budgets }: CountedAttempt, manager: EntityManager): Promise<void> {
    await this.success.make(manager, keysOfSuccess(account, budgets));
  }

  /** Takes an attempt back that was none at guessing. */
  async takeBack({ budgets }: CountedAttempt): Promise<void> {
    await this.rows.decrement({ budget: In(Object.values(keysOf(budgets))) }, 'attempts', 1);
  }

  /** Forgets an account's attempts in a row, when its password was set anew. */
  async forget(account: string, manager: EntityManager): Promise<void> {
    await manager.delete(LoginThrottle, { budget: In([rowKey(account, true), rowKey(account, false)]) });
  }

  /** Removes the budgets whose window is over. */
  async prune(): Promise<void> {
    await this.rows.delete({ windowEnds: LessThan(new Date()) });
  }

  /** One statement, so that attempts at once are counted one after the other, by whichever instance. */
  private async count(budgets: Budgets): Promise<LoginThrottle[]> {
    const now = Date.now();
    const counted = Object.values(budgets);
    const values = counted.flatMap(({ key, windowMs }) => [key, new Date(now + windowMs).toISOString()]);
    const places = counted.map((_, index) => `($${2 * index + 1}, 1, $${2 * index + 2})`);
    const nowPlace = `$${values.length + 1}`;
    // A window with nothing in it is none: the next one begins with this attempt.
    const over = `(login_throttle.window_ends <= ${nowPlace} OR login_throttle.attempts <= 0)`;
    const rows = await this.rows.query<{ budget: string; attempts: number; window_ends: string }[]>(
      answeringRows(
        `INSERT INTO login_throttle (budget, attempts, window_ends) VALUES ${places.join(', ')}
         ON CONFLICT (budget) DO UPDATE SET
           attempts = CASE WHEN ${over} THEN 1 ELSE login_throttle.attempts + 1 END,
           window_ends = CASE WHEN ${over} THEN excluded.window_ends ELSE login_throttle.window_ends END
         RETURNING budget, attempts, window_ends`,
      ),
      [...values, new Date(now).toISOString()],
    );
    return rows.map(({ budget, attempts, window_ends }) => ({ budget, attempts, windowEnds: new Date(window_ends) }));
  }
}

function budgetsOf({ account, network, isKnownNetwork }: AttemptBy): Budgets {
  return {
    network: { key: budgetKey('network', network), limit: 100, windowMs: 15 * MINUTE_MS },
    pair: { key: budgetKey('pair', `${account} ${network}`), limit: 10, windowMs: 15 * MINUTE_MS },
    row: { key: rowKey(account, isKnownNetwork), limit: 50, windowMs: ROW_WINDOW_MS },
  };
}

function keysOf({ network, pair, row }: Budgets): Record<keyof Budgets, string> {
  return { network: network.key, pair: pair.key, row: row.key };
}

function keysOfSuccess(account: string, { network, pair }: Budgets) {
  const [known, unknown] = [rowKey(account, true), rowKey(account, false)];
  return { network: network.key, pair: pair.key, known, unknown };
}

/** An account's attempts in a row. */
function rowKey(account: string, isKnownNetwork: boolean): string {
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
