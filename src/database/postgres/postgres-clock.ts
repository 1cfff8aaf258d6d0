import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '../database-clock.js';
import { StatementRunner } from '../statement-runner.js';

// Not `now()`, which is the begin of a transaction.
const CLOCK = 'SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS float8) AS "nowMs"';

/** The clock of the PostgreSQL server. */
@Injectable()
export class PostgresClock extends DatabaseClock {
  constructor(private readonly statements: StatementRunner) {
    super();
  }

  async now(): Promise<number> {
    const [row] = await this.statements.query(CLOCK, []);
    return Number(row?.nowMs);
  }
}
