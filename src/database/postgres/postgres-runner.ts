import type { PoolClient } from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import { type DataSource, QueryFailedError, QueryResult } from 'typeorm';
import { DatabaseUnreachable, isDatabaseUnavailable } from '../database-errors.js';
import type { Locks } from '../transactions.js';
import { advisoryLocks, MIGRATIONS } from './advisory-locks.js';
import { isConnectionUnfit } from './connection-errors.js';
import { withDeadline } from './deadline.js';
import type { PostgresConnection } from './postgres-connection.js';
import type { PostgresWrites } from './postgres-write-health.js';
import { boundedStatementName } from './statement-name.js';
import { withoutNul } from './without-nul.js';

/** How long a statement of a request may take on the server, and waits for a lock. */
const STATEMENT_LIMIT_MS = 10_000;
const LOCK_LIMIT_MS = 5000;
/** How long a transaction may wait for this process. What a process has locked that stands still is free before others give up. */
const IDLE_LIMIT_MS = 3000;
/** The client gives up later than the server: a connection whose statement was cancelled can be used again. */
const CLIENT_MARGIN_MS = 2000;
/** How long a start waits for the one that migrates, and how long a change of the schema holds up others. */
const MIGRATION_WAIT_MS = 60_000;
const MIGRATION_LOCK_LIMIT_MS = 5000;
const MIGRATION_LIMIT_MS = 3_600_000;

/**
 * A query runner with limits. They are set in each transaction, because a pooler gives the session to others after it, and the
 * client has its own for what never answers. A connection that may be unfit is closed, and not given back to the pool.
 */
export class PostgresRunner extends PostgresQueryRunner {
  private locks: Locks = {};
  private isMigration = false;
  private preparesStatements: boolean;
  private hasFailed = false;

  constructor(
    driver: PostgresDriver,
    private readonly writes: PostgresWrites,
    { preparesStatements }: PostgresConnection,
  ) {
    super(driver, 'master');
    this.preparesStatements = preparesStatements;
  }

  /**
   * @param locks that the transaction takes, in the message that begins it.
   * @param mayPrepare false if a prepared statement no longer fits its tables: other connections have the same.
   */
  startTransactionWith(locks: Locks, mayPrepare: boolean): Promise<void> {
    this.locks = locks;
    this.preparesStatements &&= mayPrepare;
    return this.startTransaction();
  }

  override async query(
    query: string,
    parameters?: unknown[],
    useStructuredResult?: boolean,
  ): ReturnType<PostgresQueryRunner['query']> {
    // The connection was lost meanwhile.
    if (this.isReleased) throw new DatabaseUnreachable();
    if (query === 'START TRANSACTION') this.hasFailed = false;
    const statement = query === 'START TRANSACTION' ? this.beginning() : query;
    try {
      await this.reach();
      const values = parameters && withoutNul(parameters);
      const name = this.nameOf(query);
      const answer =
        name === undefined
          ? super.query(statement, values, useStructuredResult)
          : this.queryPrepared(name, query, values, useStructuredResult);
      const result: unknown = await withDeadline(answer, this.limitMs);
      this.writes.note(query, undefined, this.isTransactionActive);
      return result;
    } catch (error) {
      this.hasFailed = true;
      if (isDatabaseUnavailable(error)) this.writes.note(query, error, this.isTransactionActive);
      if (isConnectionUnfit(error)) this.abandon(error);
      throw error;
    }
  }

  override async commitTransaction(): Promise<void> {
    try {
      // PostgreSQL rolls such a transaction back, and reports no error.
      if (this.hasFailed) throw new Error('a statement of the transaction has failed');
      await super.commitTransaction();
    } catch (error) {
      this.abandon(error);
      throw error;
    }
  }

  /** A transaction that cannot be rolled back ends with its connection. */
  override async rollbackTransaction(): Promise<void> {
    if (this.isReleased) return;
    try {
      await super.rollbackTransaction();
      this.hasFailed = false;
    } catch (error) {
      this.abandon(error);
    }
  }

  /** A transaction that is still open must not go back to the pool with its connection. */
  override async release(): Promise<void> {
    if (this.isTransactionActive) this.abandon(new Error('left open'));
    await super.release();
  }

  /** Of several processes that start at once, one migrates. */
  override beforeMigration(): Promise<void> {
    this.isMigration = true;
    return Promise.resolve();
  }

  /** The statements of transactions are prepared: their planning takes longer than their execution. */
  private nameOf(query: string): string | undefined {
    const isPrepared = this.preparesStatements && this.isTransactionActive && !this.isMigration;
    return isPrepared && isChangeOrQuery(query) ? boundedStatementName(query) : undefined;
  }

  /** As TypeORM does, which passes no name on. */
  private async queryPrepared(
    name: string,
    text: string,
    values: unknown[] = [],
    useStructuredResult = false,
  ): Promise<unknown> {
    const client = (await this.connect()) as PoolClient;
    try {
      const { command, rows, rowCount } = await client.query<Record<string, unknown>>({ name, text, values });
      const result = new QueryResult();
      result.records = rows;
      result.affected = rowCount ?? undefined;
      result.raw = command === 'UPDATE' || command === 'DELETE' ? [rows, rowCount] : rows;
      return useStructuredResult ? result : result.raw;
    } catch (error) {
      throw new QueryFailedError(text, values, error as Error);
    }
  }

  private get limitMs(): number {
    return this.isMigration ? MIGRATION_LIMIT_MS : STATEMENT_LIMIT_MS + CLIENT_MARGIN_MS;
  }

  private beginning(): string {
    const limits = this.isMigration
      ? [`SET LOCAL statement_timeout = 0`, `SET LOCAL lock_timeout = ${MIGRATION_WAIT_MS}`]
      : [
          `SET LOCAL statement_timeout = ${STATEMENT_LIMIT_MS}`,
          `SET LOCAL lock_timeout = ${LOCK_LIMIT_MS}`,
          `SET LOCAL idle_in_transaction_session_timeout = ${IDLE_LIMIT_MS}`,
        ];
    const locks = this.isMigration
      ? [...advisoryLocks({ exclusive: [MIGRATIONS] }), `SET LOCAL lock_timeout = ${MIGRATION_LOCK_LIMIT_MS}`]
      : advisoryLocks(this.locks);
    // One message: each more would cost a round trip.
    // Not the default of the role or the database: in another level, a statement does not see what was committed while it waited.
    return ['START TRANSACTION ISOLATION LEVEL READ COMMITTED', ...limits, ...locks].join('; ');
  }

  private async reach(): Promise<void> {
    try {
      await this.connect();
    } catch (error) {
      throw error instanceof DatabaseUnreachable ? error : new DatabaseUnreachable(error);
    }
  }

  /** Closes the connection. */
  private abandon(error: unknown): void {
    const close = this.releaseCallback;
    delete this.releaseCallback;
    this.isTransactionActive = false;
    close?.(error);
    void super.release();
  }
}

function isChangeOrQuery(sql: string): boolean {
  return /^\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE)\b/i.test(sql);
}

/** Makes a data source create these runners. */
export function limitQueryRunners(
  dataSource: DataSource,
  writes: PostgresWrites,
  connection: PostgresConnection,
): void {
  const driver = dataSource.driver as PostgresDriver;
  driver.createQueryRunner = () => new PostgresRunner(driver, writes, connection);
}
