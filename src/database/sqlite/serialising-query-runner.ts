import type { DataSource } from 'typeorm';
import type { IsolationLevel } from 'typeorm/driver/types/IsolationLevel.js';
import type { SqliteDriver } from 'typeorm/driver/sqlite/SqliteDriver.js';
import { SqliteQueryRunner } from 'typeorm/driver/sqlite/SqliteQueryRunner.js';
import { ConnectionLock } from './connection-lock.js';

/**
 * TypeORM's SQLite driver shares one connection, and one query runner, among all requests: a statement of one
 * request can land inside the transaction of another and be undone by its ROLLBACK after it was acknowledged.
 * Here every caller gets a runner of its own, and a runner holds the connection from BEGIN to COMMIT or ROLLBACK;
 * every other statement waits its turn.
 */
class SerialisingQueryRunner extends SqliteQueryRunner {
  constructor(
    driver: SqliteDriver,
    private readonly lock: ConnectionLock,
  ) {
    super(driver);
  }

  override async query(
    query: string,
    parameters?: unknown[],
    useStructuredResult?: boolean,
  ): ReturnType<SqliteQueryRunner['query']> {
    // A deferred transaction that reads and then writes is refused when another process has written in between.
    const statement = query === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : query;
    const run = () => super.query(statement, parameters, useStructuredResult);
    return this.lock.isHeldBy(this) ? run() : this.lock.during(this, run);
  }

  override async startTransaction(isolationLevel?: IsolationLevel): Promise<void> {
    if (this.lock.isHeldBy(this)) return super.startTransaction(isolationLevel);
    await this.lock.acquire(this);
    try {
      await super.startTransaction(isolationLevel);
    } catch (error) {
      // TypeORM leaves its flag up when BEGIN fails, and would then refuse this runner for good.
      this.isTransactionActive = false;
      this.lock.release(this);
      throw error;
    }
  }

  override async commitTransaction(): Promise<void> {
    await super.commitTransaction();
    if (!this.isTransactionActive) this.lock.release(this);
  }

  override async rollbackTransaction(): Promise<void> {
    try {
      await super.rollbackTransaction();
    } catch (error) {
      // SQLite rolls back by itself when a disk is full or a trigger says so; a runner that then kept its turn would
      // stop every other one for good.
      this.isTransactionActive = false;
      this.transactionDepth = 0;
      if (!String(error).includes('no transaction is active')) throw error;
    } finally {
      if (!this.isTransactionActive) this.lock.release(this);
    }
  }

  override async release(): Promise<void> {
    await super.release();
    if (!this.isTransactionActive) this.lock.release(this);
  }
}

/** Makes a SQLite data source hand out serialising query runners. */
export function serialiseQueryRunners(dataSource: DataSource): void {
  const driver = dataSource.driver as SqliteDriver;
  const lock = new ConnectionLock();
  driver.createQueryRunner = () => new SerialisingQueryRunner(driver, lock);
}
