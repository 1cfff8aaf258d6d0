import { isDatabaseUnavailable } from './database-errors.js';
import { WriteRecord } from './write-record.js';

const VERB = /^\s*(\w+)/;
/** The end of a transaction; a return to a savepoint is none. */
const END = /^\s*(?:COMMIT|ROLLBACK(?!\s+TO))\b/i;

/** Tracks whether the writes of a connection succeed, from the result of each statement. */
export class WriteMonitor {
  readonly record = new WriteRecord();
  private isInTransaction = false;

  note(sql: string, error: unknown): void {
    const verb = VERB.exec(sql)?.[1]?.toUpperCase();
    if (verb === undefined || verb === 'SELECT' || verb === 'PRAGMA') return;
    // A failed one as well: SQLite rolls back by itself on a full disk, and reports the later ROLLBACK as an error.
    if (END.test(sql)) this.isInTransaction = false;
    if (error !== null) {
      if (isDatabaseUnavailable(error)) this.record.fail(error);
      return;
    }
    if (verb === 'BEGIN') this.isInTransaction = true;
    else if (verb !== 'ROLLBACK' && !this.isInTransaction) this.record.succeed();
  }
}
