import { LRUCache } from 'lru-cache';
import sqlite3, { type Statement } from 'sqlite3';
import type { DataSource, ObjectLiteral } from 'typeorm';
import type { SqliteDriver } from 'typeorm/driver/sqlite/SqliteDriver.js';
import { isDatabaseDamaged } from '../database-errors.js';
import { WriteMonitor } from '../write-monitor.js';

/** A callback of the driver. Its `this` contains the number of changed rows. */
type Callback = (this: unknown, error: Error | null, ...results: unknown[]) => void;

/** The files that a connection of this process has found damaged. No retry mends them, so each stays here until a restart. */
export const damagedFiles = new Set<string>();

/** Bounds the cache: SQL that differs with each use, such as a list of values, must not fill the memory. */
const STATEMENT_CACHE_SIZE = 100;

/**
 * A connection to a SQLite file that caches prepared statements. The driver prepares a statement for every run, which costs one
 * more thread-pool task and takes longer than most statements run.
 */
export class SqliteConnection extends sqlite3.Database {
  private readonly statements = new LRUCache<string, Promise<Statement>>({
    max: STATEMENT_CACHE_SIZE,
    dispose: (prepared) => {
      prepared.then(
        (statement) => statement.finalize(),
        () => undefined,
      );
    },
  });

  readonly writes = new WriteMonitor();

  private get file(): string {
    return (this as unknown as { readonly filename: string }).filename;
  }

  /** Runs a statement. @returns its rows. */
  query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    return new Promise((resolve, reject) => {
      // Not `get`, which leaves the statement open, and with it a stale snapshot.
      this.all(sql, values, (error: Error | null, rows: ObjectLiteral[]) => {
        if (error === null) resolve(rows);
        else reject(error);
      });
    });
  }

  override all(sql: string, ...values: unknown[]): this {
    const [parameters, callback] = this.split(sql, values);
    this.prepared(sql).then((statement) => statement.all(...parameters, resetOnError(statement, callback)), callback);
    return this;
  }

  override run(sql: string, ...values: unknown[]): this {
    const [parameters, callback] = this.split(sql, values);
    // A statement without parameters may return rows, which `run` does not read, so a cached one would stay open.
    if (!Array.isArray(values[0])) return super.run(sql, ...parameters, callback);
    this.prepared(sql).then((statement) => statement.run(...parameters, resetOnError(statement, callback)), callback);
    return this;
  }

  override close(callback?: (error: Error | null) => void): void {
    const prepared = [...this.statements.values()];
    this.statements.clear();
    // SQLite cannot close a connection with unfinalized statements.
    void Promise.allSettled(prepared).then(() => {
      super.close(callback);
    });
  }

  /** Splits the arguments into parameters and callback, which is the last argument everywhere in the driver. */
  private split(sql: string, values: readonly unknown[]): [parameters: unknown[], callback: Callback] {
    const callback = values.at(-1) as Callback;
    const { writes, file } = this;
    const noting: Callback = function (error, ...results) {
      if (isDatabaseDamaged(error)) damagedFiles.add(file);
      writes.note(sql, error);
      callback.call(this, error, ...results);
    };
    return [values.slice(0, -1), noting];
  }

  private prepared(sql: string): Promise<Statement> {
    let prepared = this.statements.get(sql);
    if (prepared === undefined) {
      // The driver reports a failed prepare only to this callback, not to callers that wait to run the statement.
      prepared = new Promise((resolve, reject) => {
        const statement = this.prepare(sql, (error) => {
          if (error === null) {
            resolve(statement);
            return;
          }
          this.statements.delete(sql);
          reject(error);
        });
      });
      this.statements.set(sql, prepared);
    }
    return prepared;
  }
}

/**
 * Resets a failed statement before its callback runs. SQLite treats a statement that failed on a lock as an active writer:
 * until it is reset, its connection can neither write nor see the writes of others.
 */
function resetOnError(statement: Statement, callback: Callback): Callback {
  return function (error, ...results) {
    if (error === null) callback.call(this, null, ...results);
    else {
      statement.reset(() => {
        callback.call(this, error);
      });
    }
  };
}

/** The write monitor of a data source's connection. */
export function writesOf({ driver }: DataSource): WriteMonitor {
  return ((driver as SqliteDriver).databaseConnection as SqliteConnection).writes;
}
