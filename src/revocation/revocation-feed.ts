import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { CommitMonitor, type CommitCounters } from '../database/commit-monitor.js';

const POLL_INTERVAL_MS = 250;
/** The maximum age of the last successful poll. When it is older, cached credentials are not trusted. */
const TRUST_LIMIT_MS = 1000;

/**
 * Change feed: notifies listeners of commits by other processes to the database. Four polls a second leave time to act
 * within one second. An unknown state counts as a change: the first poll, a failed poll and a late poll also notify.
 *
 * A connection with a stale snapshot reports no change. The read connection detects that: if it sees a commit that is
 * neither foreign to the write connection nor this process's own, the write connection has a stale snapshot.
 */
@Injectable()
export class RevocationFeed implements BeforeApplicationShutdown {
  private readonly listeners = new Set<() => void>();
  private last: CommitCounters | undefined;
  private isStandingStill = false;
  private lastPolledAt = -Infinity;
  private isAsking = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly commits: CommitMonitor) {}

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
    const [last, now] = [this.last, await this.commits.readCounters().catch(() => undefined)];
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

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}
