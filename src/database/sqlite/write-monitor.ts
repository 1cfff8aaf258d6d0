import { isDatabaseUnavailable } from '../database-errors.js';

const VERB = /^\s*(\w+)/;

/** Tracks whether the writes of a connection succeed, from the result of each statement. */
export class WriteMonitor {
  /** Whether the last write failed because the database was locked, full or read-only. */
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
    }
  }
}
