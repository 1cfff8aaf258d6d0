import type { PoolClient } from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import { type DataSource, QueryFailedError, QueryResult } from 'typeorm';
import { DatabaseUnreachable, isDatabaseUnavailable } from '../database-errors.js';
import type { Locks } from '../transactions.js';
import { advisoryLocks, MIGRATIONS } from './advisory-locks.js';
import { isConnectionUnfit } from './connection-errors.js';
import { withDeadline } from '../deadline.js';
import type { PostgresConnection } from './postgres-connection.js';
import type { PostgresWrites } from './postgres-write-health.js';
import { Outbox, type Outcome } from './outbox.js';
import { type Statement, StatementBatch } from './statement-batch.js';
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

// Not the default of the role or the database: in another level, a statement does not see what was committed while it waited.
const BEGIN: Statement = { text: 'START TRANSACTION ISOLATION LEVEL READ COMMITTED' };
const LIMITS: Statement = {
  text: `SELECT set_config('statement_timeout', '${STATEMENT_LIMIT_MS}', true),
    set_config('lock_timeout', '${LOCK_LIMIT_MS}', true),
    set_config('idle_in_transaction_session_timeout', '${IDLE_LIMIT_MS}', true)`,
};
const MIGRATION_BEGIN: readonly { text: string; values?: unknown[] }[] = [
  BEGIN.text,
  'SET LOCAL statement_timeout = 0',
  `SET LOCAL lock_timeout = ${MIGRATION_WAIT_MS}`,
  ...advisoryLocks({ exclusive: [MIGRATIONS] }),
  `SET LOCAL lock_timeout = ${MIGRATION_LOCK_LIMIT_MS}`,
].map((statement) => (typeof statement === 'string' ? { text: statement } : statement));
const ENDS = ['COMMIT', 'ROLLBACK'];

/**
 * A query runner with limits. They are set in each transaction, because a pooler gives the session to others after it, and the
 * client has its own for what never answers. A connection that may be unfit is closed, and not given back to the pool.
 */
export class PostgresRunner extends PostgresQueryRunner {
  private locks: Locks = {};
  private isMigration = false;
  private preparesStatements: boolean;
  private hasFailed = false;
  /** What begins the transaction, until its first statement is sent. */
  private beginning: Statement[] = [];
  private readonly outbox = new Outbox((statements) => this.send(statements));

  constructor(
    driver: PostgresDriver,
    private readonly writes: PostgresWrites,
    { preparesStatements }: PostgresConnection,
  ) {
    super(driver, 'master');
    this.preparesStatements = preparesStatements;
  }

  /**
   * Begins with the first statement, in one message.
   * @param locks that the transaction takes before that statement.
   * @param mayPrepare false if a prepared statement no longer fits its tables: other connections have the same.
   */
  startTransactionWith(locks: Locks, mayPrepare: boolean): Promise<void> {
    this.locks = locks;
    this.preparesStatements &&= mayPrepare;
    return this.startTransaction();
  }

  override async query(
    query: string,
    parameters: unknown[] = [],
    useStructuredResult = false,
  ): ReturnType<PostgresQueryRunner['query']> {
    // The connection was lost meanwhile.
    if (this.isReleased) throw new DatabaseUnreachable();
    if (this.isMigration || !this.isTransactionActive) return this.queryAlone(query, parameters, useStructuredResult);
    if (query === 'START TRANSACTION') {
      this.hasFailed = false;
      this.beginning = [BEGIN, LIMITS, ...advisoryLocks(this.locks)].map((statement) => this.named(statement));
      return [];
    }
    // Nothing was sent, so that there is nothing to end.
    if (this.beginning.length > 0 && ENDS.includes(query)) return [];
    for (const statement of this.beginning.splice(0)) this.outbox.post(statement).catch(() => undefined);
    const { command, rows, rowCount } = await this.outbox.post(this.named({ text: query, values: parameters }));
    if (query === 'COMMIT' && command !== 'COMMIT') throw new Error('the transaction was rolled back');
    const result = new QueryResult();
    result.records = rows;
    result.affected = rowCount ?? undefined;
    result.raw = command === 'UPDATE' || command === 'DELETE' ? [rows, rowCount] : rows;
    return useStructuredResult ? result : result.raw;
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

  /** A statement outside of a transaction, and those of migrations, as TypeORM runs them. */
  private async queryAlone(query: string, parameters: unknown[], useStructuredResult: boolean): Promise<unknown> {
    try {
      const values = parameters.map((value) => (typeof value === 'string' ? withoutNul(value) : value));
      await this.reach();
      const statements = query === 'START TRANSACTION' ? MIGRATION_BEGIN : [{ text: query, values }];
      let result: unknown;
      for (const { text, values: own } of statements) {
        result = await withDeadline(super.query(text, own, useStructuredResult), this.limitMs);
      }
      this.writes.note(query, undefined, this.isTransactionActive);
      return result;
    } catch (error) {
      this.noteFailure(query, error);
      throw error;
    }
  }

  private async send(statements: readonly Statement[]): Promise<Outcome> {
    let batch: StatementBatch | undefined;
    try {
      await this.reach();
      const client = (await this.connect()) as PoolClient;
      batch = client.query(new StatementBatch(statements));
      await withDeadline(batch.done, this.limitMs);
      for (const { text } of statements) this.writes.note(text, undefined, this.isTransactionActive);
      return { results: batch.results };
    } catch (error) {
      const results = batch?.results ?? [];
      const { text = '', values = [] } = statements[results.length] ?? {};
      const failure = isOwn(error) ? error : new QueryFailedError(text, [...values], error as Error);
      this.noteFailure(text, failure);
      return { results, failure };
    }
  }

  private noteFailure(query: string, error: unknown): void {
    this.hasFailed = true;
    if (isDatabaseUnavailable(error)) this.writes.note(query, error, this.isTransactionActive);
    if (isConnectionUnfit(error)) this.abandon(error);
  }

  /** The statements of transactions are prepared: their planning takes longer than their execution. */
  private named({ text, values }: Statement): Statement {
    // Not by a spread, which costs as much as to send the statement.
    return { text, values, name: this.preparesStatements ? boundedStatementName(text) : undefined };
  }

  private get limitMs(): number {
    return this.isMigration ? MIGRATION_LIMIT_MS : STATEMENT_LIMIT_MS + CLIENT_MARGIN_MS;
  }

  private async reach(): Promise<void> {
    if (this.isReleased) throw new DatabaseUnreachable();
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

/** TypeORM reports the errors of the driver, so that their messages, which can contain values, are not logged. */
function isOwn(error: unknown): boolean {
  return error instanceof DatabaseUnreachable || error instanceof TypeError;
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
