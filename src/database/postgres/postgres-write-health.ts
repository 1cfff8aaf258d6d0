import { Injectable } from '@nestjs/common';
import { databaseCodeOf } from '../database-errors.js';
import { WriteHealth } from '../write-health.js';

const READS = /^\s*(?:SELECT|SET|SHOW|START|ROLLBACK|SAVEPOINT)\b/i;

/** A read that locks rows fails with it as well, before the transaction comes to write. */
const READ_ONLY = '25006';

/** Tracks whether the writes of this process succeed, over all connections. */
@Injectable()
export class PostgresWrites extends WriteHealth {
  private hasFailed = false;

  override isFailing(): boolean {
    return this.hasFailed;
  }

  /** @param error undefined for a success. Within a transaction only its commit is one. */
  note(sql: string, error: unknown, isInTransaction: boolean): void {
    if (READS.test(sql) && databaseCodeOf(error) !== READ_ONLY) return;
    if (error !== undefined) this.hasFailed = true;
    else if (!isInTransaction || sql === 'COMMIT') this.hasFailed = false;
  }
}
