import { Injectable } from '@nestjs/common';
import { databaseCodeOf } from '../database-errors.js';
import { WriteHealth } from '../write-health.js';
import { WriteRecord } from '../write-record.js';

const READS = /^\s*(?:SELECT|SET|SHOW|START|ROLLBACK|SAVEPOINT)\b/i;

/** A read that locks rows fails with it as well, before the transaction comes to write. */
const READ_ONLY = '25006';

/** Tracks whether the writes of this process succeed, over all connections. */
@Injectable()
export class PostgresWrites extends WriteHealth {
  override readonly record = new WriteRecord();

  /** @param error undefined for a success. Within a transaction only its commit is one. */
  note(sql: string, error: unknown, isInTransaction: boolean): void {
    if (READS.test(sql) && databaseCodeOf(error) !== READ_ONLY) return;
    if (error !== undefined) this.record.fail(error);
    else if (!isInTransaction || sql === 'COMMIT') this.record.succeed();
  }
}
