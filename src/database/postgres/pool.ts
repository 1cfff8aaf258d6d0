import pg, { type Pool, type PoolConfig } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/**
 * A pool that hears the errors of every connection. The driver's own listens to a connection only while nobody uses it, and an
 * error that nobody hears ends the process. A statement that was under way fails as well.
 */
class HearingPool extends pg.Pool {
  constructor(config?: PoolConfig) {
    super(config);
    this.on('connect', (client) => {
      client.on('error', () => undefined);
    });
  }
}

/** The driver, with such pools. */
export const POSTGRES = { ...pg, Pool: HearingPool };

/** The connections of a data source. */
export function poolOf({ driver }: DataSource): Pool {
  return (driver as PostgresDriver).master as Pool;
}
