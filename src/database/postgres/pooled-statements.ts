import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { PoolClient } from 'pg';
import { type DataSource, type ObjectLiteral, QueryFailedError } from 'typeorm';
import { timed } from '../../telemetry/timed.js';
import { BoundedQueue } from '../bounded-queue.js';
import { CircuitBreaker } from '../circuit-breaker.js';
import { DatabaseUnreachable } from '../database-errors.js';
import { type QueryEnd, queryEnd } from '../database-signals.js';
import { type ConnectionCounts, ListRunner, LISTS_WAIT } from '../statement-runner.js';
import { isConnectionUnfit, isPlanOutdated } from './connection-errors.js';
import { withDeadline } from '../deadline.js';
import { poolOf } from './pool.js';
import { PostgresConnection } from './postgres-connection.js';
import { StatementBatch } from './statement-batch.js';
import { statementName } from './statement-name.js';

/** How long a look-up may take. */
const LOOK_UP_LIMIT_MS = 5000;
/** How long a list over a whole table may take. */
const LIST_LIMIT_MS = 30_000;

/** Runs single statements on connections of the pool, each by itself. Frequent ones are prepared once for each connection. */
@Injectable()
export class PooledStatements extends ListRunner {
  protected readonly limitMs: number = LOOK_UP_LIMIT_MS;
  protected readonly kind: QueryEnd['kind'] = 'look-up';
  private readonly circuit = new CircuitBreaker(() => this.runOnce('SELECT 1', []));

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly connection: PostgresConnection,
  ) {
    super();
  }

  async query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    if (!this.connection.preparesStatements) return this.run(sql, values);
    try {
      return await this.run(sql, values, statementName(sql));
    } catch (error) {
      if (!isPlanOutdated(error)) throw error;
      // Without the name: every other connection has the same plan.
      return this.run(sql, values);
    }
  }

  /** Without a name, or PostgreSQL would soon keep a plan for any values. */
  override queryPage(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    return this.run(sql, values);
  }

  override connections(): ConnectionCounts {
    const { totalCount, idleCount, waitingCount } = poolOf(this.dataSource);
    return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  override isSilent(): boolean {
    return this.circuit.isOpen;
  }

  protected whileItAnswers<T>(statement: () => Promise<T>): Promise<T> {
    return this.circuit.run(statement);
  }

  private run(sql: string, values: readonly unknown[], name?: string): Promise<ObjectLiteral[]> {
    return timed(
      queryEnd,
      (durationMs) => ({ kind: this.kind, durationMs }),
      () => this.whileItAnswers(() => this.runOnce(sql, values, name)),
    );
  }

  private async runOnce(sql: string, values: readonly unknown[], name?: string): Promise<ObjectLiteral[]> {
    const batch = new StatementBatch([{ text: sql, values, name }]);
    const client = await this.checkOut();
    let failure: unknown;
    try {
      client.query(batch);
      await withDeadline(batch.done, this.limitMs);
      return batch.results.flatMap(({ rows }) => rows);
    } catch (error) {
      failure = error instanceof Error && !(error instanceof DatabaseUnreachable) ? wrapped(sql, values, error) : error;
      throw failure;
    } finally {
      client.release(failure !== undefined && isConnectionUnfit(failure));
    }
  }

  private async checkOut(): Promise<PoolClient> {
    try {
      return await poolOf(this.dataSource).connect();
    } catch (error) {
      throw new DatabaseUnreachable(error);
    }
  }
}

/** Lists wait for each other, and not look-ups for them. */
@Injectable()
export class PooledLists extends PooledStatements {
  protected override readonly limitMs = LIST_LIMIT_MS;
  protected override readonly kind = 'list';
  private readonly queue: BoundedQueue;

  constructor(@InjectDataSource() dataSource: DataSource, connection: PostgresConnection) {
    super(dataSource, connection);
    this.queue = new BoundedQueue({ ...LISTS_WAIT, concurrency: connection.atOnce.lists });
  }

  override query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    return this.queue.run(() => super.query(sql, values));
  }

  override queryPage(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    return this.queue.run(() => super.queryPage(sql, values));
  }

  /** A list may take long, and says nothing of the database then. */
  protected override whileItAnswers<T>(statement: () => Promise<T>): Promise<T> {
    return statement();
  }
}

/** As TypeORM reports it, so that its message, which can contain values, is not logged. */
function wrapped(sql: string, values: readonly unknown[], error: Error): QueryFailedError {
  return new QueryFailedError(sql, [...values], error);
}
