import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { Dialect } from '../database/dialect.js';
import { dialectOf } from '../database/dialect-of.js';
import { LoginThrottle } from '../database/entities/login-throttle.entity.js';
import { BatchedDelete } from '../database/prepared/batched-delete.js';
import { PreparedUpdate } from '../database/prepared/prepared-change.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { withReturning } from '../database/prepared/prepared-sql.js';
import { StatementRunner } from '../database/statement-runner.js';
import { Transactions } from '../database/transactions.js';

/** The keys of the budgets that can refuse an attempt. */
export type AttemptKeys = Readonly<Record<'network' | 'pair' | 'consecutive', string>>;

/** The keys of the budgets that a success changes: `counted` loses one attempt, like `network`, and `reset` all of them. */
export type SuccessKeys = Readonly<Record<'network' | 'counted' | 'pair' | 'known' | 'reset', string>>;

/**
 * How much later than a window that begins now a stored window can end without an error of the clock. Processes read the clock
 * before they wait for the lock on the database.
 */
const CLOCK_TOLERANCE_SECONDS = 10;

/** A budget to count an attempt against, and the end of a window that begins with this attempt. */
export interface NewWindow {
  readonly key: string;
  readonly windowEnds: Date;
}

/** The rows of the login throttle. */
@Injectable()
export class LoginThrottleRepository {
  private readonly ofAttempt: PreparedQuery<LoginThrottle, keyof AttemptKeys>;
  private readonly success: PreparedUpdate<keyof SuccessKeys>;
  private readonly endedDeletion: BatchedDelete<LoginThrottle>;
  private readonly dialect: Dialect;

  constructor(
    @InjectDataSource() dataSource: DataSource,
    statements: StatementRunner,
    private readonly transactions: Transactions,
  ) {
    this.dialect = dialectOf(dataSource);
    const rows = dataSource.getRepository(LoginThrottle);
    const ofAttempt = rows.createQueryBuilder('row').where('row.budget IN (:network, :pair, :consecutive)');
    this.ofAttempt = new PreparedQuery(ofAttempt, ['network', 'pair', 'consecutive'], statements);
    const success = rows
      .createQueryBuilder()
      .update()
      .set({ attempts: () => 'CASE WHEN budget IN (:network, :counted) THEN attempts - 1 ELSE 0 END' })
      .where(this.inOrder('budget IN (:network, :counted, :pair, :known, :reset)'));
    this.success = new PreparedUpdate(success, ['network', 'counted', 'pair', 'known', 'reset']);
    this.endedDeletion = new BatchedDelete(dataSource, LoginThrottle, 'budget', 'windowEnds');
  }

  /** The stored ones among the budgets that can refuse an attempt. */
  find(keys: AttemptKeys): Promise<LoginThrottle[]> {
    return this.ofAttempt.all(keys);
  }

  /**
   * Counts an attempt against budgets, in one statement, so that concurrent attempts are counted one after another, whichever
   * process they reach. A window that has ended, or in which nothing is counted, begins with this attempt. So does one that ends
   * too late, because it was written while the clock was ahead. No window ends later afterwards than one that begins now.
   * @returns the budgets, including this attempt.
   */
  async count(windows: readonly NewWindow[], now: Date): Promise<LoginThrottle[]> {
    // In the order in which every other statement locks them.
    const sorted = windows.toSorted((one, other) => (one.key < other.key ? -1 : 1));
    const values = sorted.flatMap(({ key, windowEnds }) => [key, windowEnds.toISOString()]);
    const places = windows.map((_, index) => `($${2 * index + 1}, 1, $${2 * index + 2})`);
    const { dialect } = this;
    const excess = `${dialect.epochSeconds('login_throttle.window_ends')} - ${dialect.epochSeconds('excluded.window_ends')}`;
    const begins = `(login_throttle.attempts <= 0 OR login_throttle.window_ends <= $${values.length + 1}
      OR ${excess} > ${CLOCK_TOLERANCE_SECONDS})`;
    const statement = withReturning(
      `INSERT INTO login_throttle (budget, attempts, window_ends) VALUES ${places.join(', ')}
         ON CONFLICT (budget) DO UPDATE SET
           attempts = CASE WHEN ${begins} THEN 1 ELSE login_throttle.attempts + 1 END,
           window_ends = CASE WHEN ${begins} THEN excluded.window_ends
             ELSE ${dialect.least('login_throttle.window_ends', 'excluded.window_ends')} END
         RETURNING budget, attempts, window_ends`,
    );
    const rows = await this.transactions.runOne((manager) =>
      manager.query<{ budget: string; attempts: number; window_ends: string }[]>(statement, [
        ...values,
        now.toISOString(),
      ]),
    );
    return rows.map(({ budget, attempts, window_ends }) => ({ budget, attempts, windowEnds: new Date(window_ends) }));
  }

  /** Takes one attempt off the budgets `network` and `counted`, and every attempt off the others. */
  async succeed(keys: SuccessKeys, manager: EntityManager): Promise<void> {
    await this.success.execute(manager, keys);
  }

  /** Takes one attempt off each of some budgets. */
  async decrement(keys: readonly string[]): Promise<void> {
    await this.transactions.runOne((manager) =>
      manager
        .createQueryBuilder()
        .update(LoginThrottle)
        .set({ attempts: () => 'attempts - 1' })
        .where(this.inOrder('budget IN (:...keys)'), { keys })
        .execute(),
    );
  }

  /**
   * Deletes budgets by their keys, and those whose key begins with a prefix.
   * @param prefix the keys continue in base64url, whose characters all sort before `~`.
   */
  async delete(keys: readonly string[], prefix: string, manager: EntityManager): Promise<void> {
    const condition = 'budget IN (:...keys) OR budget BETWEEN :first AND :last';
    await manager
      .createQueryBuilder()
      .delete()
      .from(LoginThrottle)
      .where(this.inOrder(condition), { keys, first: prefix, last: `${prefix}~` })
      .execute();
  }

  /** Deletes the budgets whose window ended before a moment. @returns their number. */
  deleteEnded(before: Date): Promise<number> {
    return this.endedDeletion.before(before);
  }

  private inOrder(condition: string): string {
    return this.dialect.lockedInOrder('login_throttle', 'budget', condition);
  }
}
