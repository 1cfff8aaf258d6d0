import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, In } from 'typeorm';
import { LoginThrottle } from '../database/entities/login-throttle.entity.js';
import { BatchedDelete } from '../database/prepared/batched-delete.js';
import { PreparedUpdate } from '../database/prepared/prepared-change.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { withReturning } from '../database/prepared/prepared-sql.js';
import { StatementRunner } from '../database/statement-runner.js';

/** The keys of the budgets that one attempt counts against. */
export type AttemptKeys = Readonly<Record<'network' | 'pair' | 'consecutive', string>>;

/** The keys of the budgets that a success changes. */
export type SuccessKeys = Readonly<Record<'network' | 'pair' | 'known' | 'unknown', string>>;

/** A budget to count an attempt against, and when its window ends if it begins with this attempt. */
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

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    statements: StatementRunner,
  ) {
    const rows = dataSource.getRepository(LoginThrottle);
    const ofAttempt = rows.createQueryBuilder('row').where('row.budget IN (:network, :pair, :consecutive)');
    this.ofAttempt = new PreparedQuery(ofAttempt, ['network', 'pair', 'consecutive'], statements);
    const success = rows
      .createQueryBuilder()
      .update()
      .set({ attempts: () => 'CASE WHEN budget = :network THEN attempts - 1 ELSE 0 END' })
      .where('budget IN (:network, :pair, :known, :unknown)');
    this.success = new PreparedUpdate(success, ['network', 'pair', 'known', 'unknown']);
    this.endedDeletion = new BatchedDelete(dataSource, LoginThrottle, 'budget', 'windowEnds');
  }

  /** The budgets that exist of those an attempt counts against. */
  find(keys: AttemptKeys): Promise<LoginThrottle[]> {
    return this.ofAttempt.all(keys);
  }

  /**
   * Counts an attempt against budgets, in one statement, so that attempts at once are counted one after the other, by
   * whichever instance. A window that is over, or in which nothing is counted, begins again with this attempt.
   * @returns the budgets with this attempt in them.
   */
  async count(windows: readonly NewWindow[], now: Date): Promise<LoginThrottle[]> {
    const values = windows.flatMap(({ key, windowEnds }) => [key, windowEnds.toISOString()]);
    const places = windows.map((_, index) => `($${2 * index + 1}, 1, $${2 * index + 2})`);
    const over = `(login_throttle.window_ends <= $${values.length + 1} OR login_throttle.attempts <= 0)`;
    const rows = await this.dataSource.query<{ budget: string; attempts: number; window_ends: string }[]>(
      withReturning(
        `INSERT INTO login_throttle (budget, attempts, window_ends) VALUES ${places.join(', ')}
         ON CONFLICT (budget) DO UPDATE SET
           attempts = CASE WHEN ${over} THEN 1 ELSE login_throttle.attempts + 1 END,
           window_ends = CASE WHEN ${over} THEN excluded.window_ends ELSE login_throttle.window_ends END
         RETURNING budget, attempts, window_ends`,
      ),
      [...values, now.toISOString()],
    );
    return rows.map(({ budget, attempts, window_ends }) => ({ budget, attempts, windowEnds: new Date(window_ends) }));
  }

  /** Takes an attempt off the network's budget, and every attempt off the others. */
  async succeed(keys: SuccessKeys, manager: EntityManager): Promise<void> {
    await this.success.execute(manager, keys);
  }

  /** Takes one attempt off each of some budgets. */
  async decrement(keys: AttemptKeys): Promise<void> {
    await this.dataSource.manager.decrement(LoginThrottle, { budget: In(Object.values(keys)) }, 'attempts', 1);
  }

  async delete(keys: readonly string[], manager: EntityManager): Promise<void> {
    await manager.delete(LoginThrottle, { budget: In([...keys]) });
  }

  /** Deletes the budgets whose window ended before a moment. @returns how many there were. */
  deleteEnded(before: Date): Promise<number> {
    return this.endedDeletion.before(before);
  }
}
