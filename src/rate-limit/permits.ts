import { RateLimited, type RateLimit, type Standing } from './rate-limit.js';

/**
 * A process leases at most this part of what is left in a window beyond what its requests wait for. So another process refuses
 * too early by at most this part of the limit, and not at all where the limit is smaller than this number.
 */
export const LEASED_PART = 32;

/** What the database has leased. */
export interface Lease {
  readonly permits: number;
  /** All permits of the window that are leased by now, to whatever process. */
  readonly leasedOfAll: number;
  /** When the window ends, by the clock of the database. */
  readonly endsMs: number;
}

/** A moment by all the clocks there are. */
export interface Moment {
  readonly databaseMs: number;
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** The permits of one auth header that this process has leased. */
export class Permits {
  /** Leased and not used. */
  private atHand = 0;
  private used = 0;
  /** Leased to nobody at the time of the last lease. */
  private left = 0;
  private windowEndsMs = 0;
  private readonly ends = { wallMs: -Infinity, monotonicMs: -Infinity };

  constructor(readonly rateLimit: RateLimit) {}

  /** Takes one. @returns undefined if it must be leased first. @throws RateLimited if there is none until the window ends */
  take(): Standing | undefined {
    if (this.atHand === 0 && this.left > 0) return undefined;
    const resetMs = this.untilEndMs();
    if (resetMs <= 0) return undefined;
    const resetSeconds = Math.ceil(resetMs / 1000);
    if (this.atHand === 0) throw new RateLimited(this.rateLimit, resetSeconds);
    this.atHand -= 1;
    this.used += 1;
    return { remaining: this.atHand + this.left, resetSeconds };
  }

  /** Whether {@link take} decides without a lease. */
  canDecide(): boolean {
    return (this.atHand > 0 || this.left === 0) && this.untilEndMs() > 0;
  }

  /** How many to lease beyond the requests that wait: no more than were used in this window, so that an idle process holds few. */
  surplus(): number {
    return this.untilEndMs() > 0 ? Math.min(this.used, Math.floor(this.left / LEASED_PART)) : 0;
  }

  /** @param asked before the lease was asked for: its time on the way must not prolong the window. */
  add({ permits, leasedOfAll, endsMs }: Lease, asked: Moment): void {
    if (endsMs !== this.windowEndsMs) {
      this.windowEndsMs = endsMs;
      this.atHand = 0;
      this.used = 0;
    }
    this.atHand += permits;
    this.left = Math.max(0, this.rateLimit.limit - leasedOfAll);
    const lengthMs = endsMs - asked.databaseMs;
    this.ends.wallMs = asked.wallMs + lengthMs;
    this.ends.monotonicMs = asked.monotonicMs + lengthMs;
  }

  /** By the clock that is further on: the monotonic one stands still while a machine is suspended, and the other can be set. */
  private untilEndMs(): number {
    return Math.min(this.ends.monotonicMs - performance.now(), this.ends.wallMs - Date.now());
  }
}
