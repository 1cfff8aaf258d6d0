import { LRUCache } from 'lru-cache';
import sqlite3, { type Statement } from 'sqlite3';
import type { ObjectLiteral } from 'typeorm';

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

  /** The rows a statement answers. */
  async query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    const statement = await this.kept(sql);
    return new Promise((resolve, reject) => {
      // Not `get`, which would leave the statement, and with it a view of the past, open.
      statement.all<ObjectLiteral>(values, (error, rows) => {
        if (error === null) resolve(rows);
        else reject(error);
      });
    });
  }

  override all(sql: string, ...values: unknown[]): this {
    this.kept(sql).then((statement) => statement.all(...values), callbackOf(values));
    return this;
  }

  override run(sql: string, ...values: unknown[]): this {
    // What takes no values may answer rows, which `run` leaves unread and the statement open.
    if (!Array.isArray(values[0])) return super.run(sql, ...values);
    this.kept(sql).then((statement) => statement.run(...values), callbackOf(values));
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

/** The last of them, as everywhere in the driver. */
function callbackOf(values: readonly unknown[]): (error: unknown) => void {
  return values.at(-1) as (error: unknown) => void;
}
