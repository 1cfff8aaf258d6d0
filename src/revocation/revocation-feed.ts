import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { ReadConnection } from '../database/sqlite/read-connection.js';
import { writesOf } from '../database/sqlite/sqlite-connection.js';

const POLL_INTERVAL_MS = 250;
/** The maximum age of the last successful poll. When it is older, cached credentials are not trusted. */
const TRUST_LIMIT_MS = 1000;

/** The state of the commits to the file. */
interface Commits {
  /** Changes with every commit of another process. */
  readonly foreign: number;
  /** Changes with every commit, including those of this process. */
  readonly any: number;
  /** The number of commits of this process before `any` was queried, and after the result arrived. */
  readonly ownBefore: number;
  readonly ownAfter: number;
}

/**
 * Change feed: notifies listeners of commits by other processes to the same SQLite file. `PRAGMA data_version` changes with
 * every commit that is not this connection's own. Four polls a second leave time to act within one second. An unknown state
 * counts as a change: the first poll, a failed poll and a late poll also notify.
 *
 * A connection with a stale snapshot reports no change. The read connection detects that: if it sees a commit that is
 * neither foreign to the write connection nor this process's own, the write connection has a stale snapshot.
 */
@Injectable()
export class RevocationFeed implements BeforeApplicationShutdown {
  private readonly listeners = new Set<() => void>();
  private last: Commits | undefined;
  private isStandingStill = false;
  private lastPolledAt = -Infinity;
  private isAsking = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly reads: ReadConnection,
  ) {}

  /** @param listener must not throw, and must handle the errors of async work it starts. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
    // Polling starts with the first listener: a short-lived command needs none.
    this.timer ??= setInterval(() => void this.poll(), POLL_INTERVAL_MS).unref();
  }

  /** Whether listeners were notified of every commit older than one second. */
  isUpToDate(): boolean {
    return performance.now() - this.lastPolledAt < TRUST_LIMIT_MS;
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async poll(): Promise<void> {
    if (this.isAsking) {
      this.notify();
      return;
    }
    this.isAsking = true;
    const asked = performance.now();
    const [last, now] = [this.last, await this.readCommits()];
    this.isAsking = false;
    this.last = now;
    if (last === undefined || now === undefined) {
      this.notify();
    } else {
      const isAdvancing = now.foreign !== last.foreign || now.ownAfter !== last.ownBefore;
      const isUnexplained = !isAdvancing && now.any !== last.any;
      this.isStandingStill = !isAdvancing && (this.isStandingStill || isUnexplained);
      if (now.foreign !== last.foreign || isUnexplained) this.notify();
    }
    if (now !== undefined && !this.isStandingStill) this.lastPolledAt = asked;
  }

  private async readCommits(): Promise<Commits | undefined> {
    const statement = 'PRAGMA data_version';
    try {
      const [onWriting] = await this.dataSource.query<{ data_version: number }[]>(statement);
      const ownBefore = writesOf(this.dataSource).commits;
      // Queried second, so that it sees at least the commits that the write connection saw.
      const [onReading] = await this.reads.query(statement, []);
      if (onWriting === undefined || onReading === undefined) return undefined;
      const any = onReading.data_version as number;
      const ownAfter = writesOf(this.dataSource).commits;
      return { foreign: onWriting.data_version, any, ownBefore, ownAfter };
    } catch {
      return undefined;
    }
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}
