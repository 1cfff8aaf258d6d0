import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DataSource,
  type EntityManager,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import { durationOnly, timed } from '../../telemetry/timed.js';
import { BoundedQueue } from '../bounded-queue.js';
import { DatabaseUnreachable } from '../database-errors.js';
import { writeEnd } from '../database-signals.js';
import { CHANGES_WAIT, LastWrites, type Locks, Transactions } from '../transactions.js';
import { isConflict, isPlanOutdated } from './connection-errors.js';
import { PostgresConnection } from './postgres-connection.js';
import type { PostgresRunner } from './postgres-runner.js';

/** How often a transaction is run at most. */
const RUNS = 3;
/** The longest pause before the next run, so that two transactions do not meet again. */
const PAUSE_MS = 50;

/**
 * Each change in a transaction of its own: PostgreSQL commits those that come at once together by itself, and a shared one would
 * hold the locks of unrelated users. They use some of the connections only: many changes of one user wait for each other, and
 * would let no credential be looked up meanwhile.
 */
@Injectable()
export class PostgresTransactions extends Transactions {
  private readonly queue: BoundedQueue;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    connection: PostgresConnection,
  ) {
    super();
    this.queue = new BoundedQueue({ ...CHANGES_WAIT, concurrency: connection.atOnce.changes });
  }

  override run<T>(change: (manager: EntityManager, last: LastWrites) => Promise<T>, locks: Locks = {}): Promise<T> {
    return timed(writeEnd, durationOnly, () => this.runUntilDone(change, locks));
  }

  private async runUntilDone<T>(
    change: (manager: EntityManager, last: LastWrites) => Promise<T>,
    locks: Locks,
  ): Promise<T> {
    let mayPrepare = true;
    for (let runs = 1; ; runs++) {
      try {
        return await this.queue.run(() => this.runOnce(change, locks, mayPrepare));
      } catch (error) {
        if (runs === RUNS || !(isConflict(error) || isPlanOutdated(error))) throw error;
        mayPrepare &&= !isPlanOutdated(error);
        await sleep(Math.random() * PAUSE_MS);
      }
    }
  }

  private async runOnce<T>(
    change: (manager: EntityManager, last: LastWrites) => Promise<T>,
    locks: Locks,
    mayPrepare: boolean,
  ): Promise<T> {
    const runner = this.dataSource.createQueryRunner() as PostgresRunner;
    try {
      await runner.startTransactionWith(locks, mayPrepare);
      const last = new LastWrites();
      const result = await change(runner.manager, last);
      // In one message with the last writes. If one fails, the server leaves the commit out.
      last.add(runner.commitTransaction());
      await last.done();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      throw isLoss(error) ? new DatabaseUnreachable(error) : error;
    } finally {
      await runner.release();
    }
  }
}

/** The connection was lost between two statements. */
function isLoss(error: unknown): boolean {
  return error instanceof QueryRunnerAlreadyReleasedError || error instanceof QueryRunnerProviderAlreadyReleasedError;
}
