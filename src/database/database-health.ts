import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { ReadConnection } from './read-connection.js';
import { writesOf } from './sqlite-connection.js';

/** How long a health check waits for a probe. Longer would keep a load balancer waiting behind other writers. */
const PROBE_WAIT_MS = 500;

/** Tells whether the database can be read and written now. */
@Injectable()
export class DatabaseHealth {
  private probe: Promise<void> | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly reads: ReadConnection,
  ) {}

  async isWell(): Promise<boolean> {
    return (await this.canRead()) && this.canWrite();
  }

  private async canRead(): Promise<boolean> {
    try {
      // Reads a table, not a constant: an unreadable file would still answer the latter.
      await this.reads.query('SELECT id FROM signing_key LIMIT 1', []);
      return true;
    } catch {
      return false;
    }
  }

  /** After a write that failed, tries one: nobody else may write for a long time, and this check would stay red. */
  private async canWrite(): Promise<boolean> {
    const writes = writesOf(this.dataSource);
    if (!writes.isFailing) return true;
    this.probe ??= this.write().finally(() => (this.probe = undefined));
    await Promise.race([this.probe, sleep(PROBE_WAIT_MS, undefined, { ref: false })]);
    return !writes.isFailing;
  }

  /** Changes a row that means nothing and is pruned like every budget whose window is over. */
  private async write(): Promise<void> {
    const upsert = `INSERT INTO login_throttle (budget, attempts, window_ends) VALUES ('probe', 0, $1)
      ON CONFLICT (budget) DO UPDATE SET window_ends = excluded.window_ends`;
    await this.dataSource.query(upsert, [new Date().toISOString()]).catch(() => undefined);
  }
}
