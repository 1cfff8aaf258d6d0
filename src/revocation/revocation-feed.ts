import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { CommitMonitor, type CommitCounters } from '../database/commit-monitor.js';

const POLL_INTERVAL_MS = 250;
/** How old the last answer may be before what is remembered is no longer relied on. */
const TRUST_LIMIT_MS = 1000;

/**
 * Tells its listeners that another process has committed to the database. Four polls a second leave time to act within
 * one. Not knowing counts as a change: listeners are also called after the first answer, after a poll that fails and after
 * one that is not answered in time.
 *
 * A writing connection that holds a view of the past answers as if nothing had happened. The reading connection reveals
 * it: a commit that is neither foreign to the writing connection nor our own means that the writing one stands still.
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

  /** @param listener must not throw; what it begins and cannot finish, it sees to itself. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
    // Only once somebody listens: a command that runs for a second needs no poll.
    this.timer ??= setInterval(() => void this.poll(), POLL_INTERVAL_MS).unref();
  }

  /** Whether whoever listens has been told of everything that was committed up to a second ago. */
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
