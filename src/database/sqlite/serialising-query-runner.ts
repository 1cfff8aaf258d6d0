import type { DataSource } from 'typeorm';
import type { IsolationLevel } from 'typeorm/driver/types/IsolationLevel.js';
import type { SqliteDriver } from 'typeorm/driver/sqlite/SqliteDriver.js';
import { SqliteQueryRunner } from 'typeorm/driver/sqlite/SqliteQueryRunner.js';
import { ConnectionLock } from './connection-lock.js';
import { type OpenedFiles, openedFilesOf } from './opened-files.js';

const READS = /^\s*(?:SELECT|PRAGMA)\b/i;

/**
 * TypeORM's SQLite driver shares one connection, and one query runner, among all requests: a statement of one
 * request can land inside the transaction of another and be undone by its ROLLBACK after it was acknowledged.
 * Here every caller gets its own runner. A runner holds the connection lock from BEGIN to COMMIT or ROLLBACK, and
 * every other statement waits for the lock.
 */
class SerialisingQueryRunner extends SqliteQueryRunner {
  /** The last statement of the transaction: the driver runs those that are begun at once in any order. */
  private previous: Promise<unknown> = Promise.resolve();

  constructor(
    driver: SqliteDriver,
    private readonly lock: ConnectionLock,
    private readonly files: OpenedFiles,
  ) {
    super(driver);
  }

  override async query(
    query: string,
    parameters?: unknown[],
    useStructuredResult?: boolean,
  ): ReturnType<SqliteQueryRunner['query']> {
    // SQLite rejects a deferred transaction that reads and then writes if another process wrote in between.
    const statement = query === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : query;
    const run = () => super.query(statement, parameters, useStructuredResult);
    if (!this.lock.isHeldBy(this)) return this.lock.withLock(this, READS.test(query) ? run : () => this.inPlace(run));
    const answer = this.previous.then(run);
    this.previous = answer.catch(() => undefined);
    return answer;
  }

  override async startTransaction(isolationLevel?: IsolationLevel): Promise<void> {
    if (this.lock.isHeldBy(this)) return super.startTransaction(isolationLevel);
    await this.lock.acquire(this);
    try {
      this.files.refuseWrite();
      await super.startTransaction(isolationLevel);
    } catch (error) {
      // TypeORM leaves its flag set when BEGIN fails, and would then reject every later transaction of this runner.
      this.isTransactionActive = false;
      this.lock.release(this);
      throw error;
    }
  }

  override async commitTransaction(): Promise<void> {
    await super.commitTransaction();
    if (this.isTransactionActive) return;
    this.lock.release(this);
    // It may have been written to a file that was deleted meanwhile.
    this.files.refuseWrite();
  }

  override async rollbackTransaction(): Promise<void> {
    try {
      await super.rollbackTransaction();
    } catch (error) {
      // SQLite rolls back by itself on a full disk or a trigger. A runner that then held its lock would block every other
      // runner forever.
      this.isTransactionActive = false;
      this.transactionDepth = 0;
      if (!String(error).includes('no transaction is active')) throw error;
    } finally {
      if (!this.isTransactionActive) this.lock.release(this);
    }
  }

  /** A write without a transaction. */
  private async inPlace<T>(write: () => Promise<T>): Promise<T> {
    this.files.refuseWrite();
    const result = await write();
    this.files.refuseWrite();
    return result;
  }

  override async release(): Promise<void> {
    await super.release();
    if (!this.isTransactionActive) this.lock.release(this);
  }
}

/** Makes a SQLite data source create serialising query runners. */
export function serialiseQueryRunners(dataSource: DataSource): void {
  const driver = dataSource.driver as SqliteDriver;
  const lock = new ConnectionLock();
  const files = openedFilesOf(String(dataSource.options.database));
  driver.createQueryRunner = () => new SerialisingQueryRunner(driver, lock, files);
}
