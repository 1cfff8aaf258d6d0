import { isDatabaseUnavailable } from './database-errors.js';

const VERB = /^\s*(\w+)/;

/** Knows of one connection whether its writes reach the disk, from the outcome of each of its statements. */
export class WriteMonitor {
  /** How many writes were committed. A connection with a view of the past commits none. */
  commits = 0;
  /** Whether the last write failed because the database could not take it: it was locked, full or read-only. */
  isFailing = false;
  private isInTransaction = false;

  note(sql: string, error: unknown): void {
    const verb = VERB.exec(sql)?.[1]?.toUpperCase();
    if (verb === undefined || verb === 'SELECT' || verb === 'PRAGMA') return;
    if (error !== null) {
      if (isDatabaseUnavailable(error)) this.isFailing = true;
      return;
    }
    if (verb === 'BEGIN') {
      this.isInTransaction = true;
    } else if (verb === 'ROLLBACK') {
      this.isInTransaction = false;
    } else if (verb === 'COMMIT' || !this.isInTransaction) {
      this.isInTransaction = false;
      this.isFailing = false;
      this.commits += 1;
    }
  }
}
