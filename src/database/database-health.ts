import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { StatementRunner } from './statement-runner.js';
import { StorageMonitor } from './storage-monitor.js';
import { WriteHealth } from './write-health.js';

/** How long a health check waits for a probe. A longer wait would delay a load balancer behind other writers. */
const PROBE_WAIT_MS = 500;
/** A disk that fills while nobody writes is noticed by the next check after this time. */
const PROBE_EVERY_MS = 15_000;

/** Checks whether the database can be read and written now. */
@Injectable()
export class DatabaseHealth {
  private probe: Promise<void> | undefined;
  private check: Promise<boolean> | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly statements: StatementRunner,
    private readonly writes: WriteHealth,
    private readonly storage: StorageMonitor,
  ) {}

  /** Checks that come at once share one: anybody may ask, and must not occupy the database by it. */
  isWell(): Promise<boolean> {
    return (this.check ??= this.checkNow().finally(() => (this.check = undefined)));
  }

  private async checkNow(): Promise<boolean> {
    return (await this.storage.isInPlace()) && (await this.canRead()) && this.canWrite();
  }

  private async canRead(): Promise<boolean> {
    try {
      // Reads a table, because a constant would be returned even if the file were unreadable.
      await this.statements.query('SELECT id FROM signing_key LIMIT 1', []);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Probes with a write after a failed one, and where none has succeeded lately. Without the probes, the check would stay red, or
   * green, until some request writes.
   */
  private async canWrite(): Promise<boolean> {
    const { record } = this.writes;
    if (!record.isFailing && record.sinceSuccessMs < PROBE_EVERY_MS) return true;
    this.probe ??= this.write().finally(() => (this.probe = undefined));
    await Promise.race([this.probe, sleep(PROBE_WAIT_MS, undefined, { ref: false })]);
    return !record.isFailing;
  }

  /** Writes a meaningless row, which is pruned like every expired budget. */
  private async write(): Promise<void> {
    const upsert = `INSERT INTO login_throttle (budget, attempts, window_ends) VALUES ('probe', 0, $1)
      ON CONFLICT (budget) DO UPDATE SET window_ends = excluded.window_ends`;
    await this.dataSource.query(upsert, [new Date().toISOString()]).catch(() => undefined);
  }
}
