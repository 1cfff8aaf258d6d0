import { LRUCache } from 'lru-cache';
import sqlite3, { type Statement } from 'sqlite3';
import type { DataSource, ObjectLiteral } from 'typeorm';
import type { SqliteDriver } from 'typeorm/driver/sqlite/SqliteDriver.js';
import { WriteMonitor } from './write-monitor.js';

/** As the driver calls it: `this` tells how many rows were changed. */
type Callback = (this: unknown, error: Error | null, ...results: unknown[]) => void;

/** Texts that differ with each use, such as those with a list in them, must not fill the memory. */
const STATEMENTS_KEPT = 100;

/**
 * A connection to a SQLite file that keeps its statements prepared. The driver itself prepares each one anew for every run,
 * which is one more turn of a thread, and takes longer than most of them run.
 */
export class SqliteConnection extends sqlite3.Database {
  private readonly statements = new LRUCache<string, Promise<Statement>>({
    max: STATEMENTS_KEPT,
    dispose: (kept) => {
      kept.then(
        (statement) => statement.finalize(),
        () => undefined,
      );
    },
  });

  readonly writes = new WriteMonitor();

  /** The rows a statement answers. */
  query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    return new Promise((resolve, reject) => {
      // Not `get`, which would leave the statement, and with it a view of the past, open.
      this.all(sql, values, (error: Error | null, rows: ObjectLiteral[]) => {
        if (error === null) resolve(rows);
        else reject(error);
      });
    });
  }

  override all(sql: string, ...values: unknown[]): this {
    const [parameters, callback] = this.split(sql, values);
    this.kept(sql).then((statement) => statement.all(...parameters, lettingGo(statement, callback)), callback);
    return this;
  }

  override run(sql: string, ...values: unknown[]): this {
    const [parameters, callback] = this.split(sql, values);
    // What takes no values may answer rows, which `run` leaves unread and the statement open.
    if (!Array.isArray(values[0])) return super.run(sql, ...parameters, callback);
    this.kept(sql).then((statement) => statement.run(...parameters, lettingGo(statement, callback)), callback);
    return this;
  }

  override close(callback?: (error: Error | null) => void): void {
    const kept = [...this.statements.values()];
    this.statements.clear();
    // SQLite closes no connection that still has statements.
    void Promise.allSettled(kept).then(() => {
      super.close(callback);
    });
  }

  /** What a statement is given, and its callback, which is the last of it everywhere in the driver. */
  private split(sql: string, values: readonly unknown[]): [parameters: unknown[], callback: Callback] {
    const callback = values.at(-1) as Callback;
    const { writes } = this;
    const noting: Callback = function (error, ...results) {
      writes.note(sql, error);
      callback.call(this, error, ...results);
    };
    return [values.slice(0, -1), noting];
  }

  private kept(sql: string): Promise<Statement> {
    let kept = this.statements.get(sql);
    if (kept === undefined) {
      // The driver says that it could not prepare a statement here, and to nobody who waits to run it.
      kept = new Promise((resolve, reject) => {
        const statement = this.prepare(sql, (error) => {
          if (error === null) {
            resolve(statement);
            return;
          }
          this.statements.delete(sql);
          reject(error);
        });
      });
      this.statements.set(sql, kept);
    }
    return kept;
  }
}

/**
 * Resets a statement that failed before anybody is told. SQLite takes one that was refused for a lock for a writer that is
 * still at work: until it is reset, its connection can neither write nor see what others write.
 */
function lettingGo(statement: Statement, callback: Callback): Callback {
  return function (error, ...results) {
    if (error === null) callback.call(this, null, ...results);
    else {
      statement.reset(() => {
        callback.call(this, error);
      });
    }
  };
}

/** What is known of the writes of a data source's connection. */
export function writesOf({ driver }: DataSource): WriteMonitor {
  return ((driver as SqliteDriver).databaseConnection as SqliteConnection).writes;
}
