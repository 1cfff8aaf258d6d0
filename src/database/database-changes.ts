import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { ReadConnection } from './read-connection.js';
import { writesOf } from './sqlite-connection.js';

const POLL_INTERVAL_MS = 250;
/** How old the last answer may be before what is remembered is no longer relied on. */
const TRUST_LIMIT_MS = 1000;

/** What is known of the commits to the file. */
interface Commits {
  /** Moves with every commit of another process. */
  readonly foreign: number;
  /** Moves with every commit, including those of this process. */
  readonly any: number;
  /** How many this process had made before `any` was asked for, and when it was answered. */
  readonly ownBefore: number;
  readonly ownAfter: number;
}

/**
 * Tells of what other processes commit to the same SQLite file: `PRAGMA data_version` moves with every commit that is
 * not this connection's own. Four polls a second leave time to act within one. Not knowing counts as a change: the first
 * answer, a poll that fails and one that is not answered in time are told as well.
 *
 * A connection that holds a view of the past answers as if nothing had happened. The connection that only reads tells
 * the two apart: where it sees a commit that is neither foreign to the other one nor our own, the other one stands still.
 */
@Injectable()
export class DatabaseChanges implements BeforeApplicationShutdown {
  private readonly listeners = new Set<() => void>();
  private last: Commits | undefined;
  private isStandingStill = false;
  private heard = -Infinity;
  private isAsking = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly reads: ReadConnection,
  ) {}

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
    const [last, now] = [this.last, await this.ask()];
    this.isAsking = false;
    this.last = now;
    if (last === undefined || now === undefined) {
      this.tell();
    } else {
      const isAdvancing = now.foreign !== last.foreign || now.ownAfter !== last.ownBefore;
      const isUnexplained = !isAdvancing && now.any !== last.any;
      this.isStandingStill = !isAdvancing && (this.isStandingStill || isUnexplained);
      if (now.foreign !== last.foreign || isUnexplained) this.tell();
    }
    if (now !== undefined && !this.isStandingStill) this.heard = asked;
  }

  private async ask(): Promise<Commits | undefined> {
    const statement = 'PRAGMA data_version';
    try {
      const [onWriting] = await this.dataSource.query<{ data_version: number }[]>(statement);
      const ownBefore = writesOf(this.dataSource).commits;
      // Asked second, so that it has seen all that the other one has.
      const [onReading] = await this.reads.query(statement, []);
      if (onWriting === undefined || onReading === undefined) return undefined;
      const any = onReading.data_version as number;
      const ownAfter = writesOf(this.dataSource).commits;
      return { foreign: onWriting.data_version, any, ownBefore, ownAfter };
    } catch {
      return undefined;
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
