import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';

const POLL_INTERVAL_MS = 250;
/** How old the last answer may be before what is remembered is no longer relied on. */
const TRUST_LIMIT_MS = 1000;

/**
 * Tells of what other processes commit to the same SQLite file: `PRAGMA data_version` moves with every commit that is
 * not this connection's own. Four polls a second leave time to act within one. Not knowing counts as a change: the first
 * answer, a poll that fails and one that is not answered in time are told as well.
 */
@Injectable()
export class DatabaseChanges implements BeforeApplicationShutdown {
  private readonly listeners = new Set<() => void>();
  private version: number | undefined;
  private heard = -Infinity;
  private isAsking = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @param listener must not throw; what it begins and cannot finish, it sees to itself. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
    // Only once somebody listens: a command that runs for a second needs no poll.
    this.timer ??= setInterval(() => void this.poll(), POLL_INTERVAL_MS).unref();
  }

  /** Whether whoever listens has been told of everything that was committed up to a second ago. */
  isUpToDate(): boolean {
    return performance.now() - this.heard < TRUST_LIMIT_MS;
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async poll(): Promise<void> {
    if (this.isAsking) {
      this.tell();
      return;
    }
    this.isAsking = true;
    const asked = performance.now();
    const version = await this.ask();
    this.isAsking = false;
    if (version === undefined || version !== this.version) this.tell();
    this.version = version;
    if (version !== undefined) this.heard = asked;
  }

  private async ask(): Promise<number | undefined> {
    try {
      const [row] = await this.dataSource.query<{ data_version: number }[]>('PRAGMA data_version');
      return row?.data_version;
    } catch {
      return undefined;
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
