import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DatabaseClock } from '../database/database-clock.js';
import { ApiError } from '../errors/api-error.js';
import { type Moment, Permits } from './permits.js';
import { OutdatedRateLimit, RateLimited, type RateLimit, type Standing } from './rate-limit.js';
import { RateLimitWindowRepository } from './rate-limit-window.repository.js';

/** Of how many auth headers permits are remembered. One that is forgotten loses the permits at hand, and no others. */
const MAX_ENTRIES = 100_000;
/** For how many auth headers permits are leased at once. More would only wait for the database, and take memory meanwhile. */
const MAX_LEASES = 1000;
/** How long requests wait for a lease. */
const WAIT_LIMIT_MS = 2000;

interface Waiter {
  readonly proceed: (standing: Standing) => void;
  readonly fail: (error: unknown) => void;
}

/** An auth header with a limit. */
interface Limited {
  readonly permits: Permits;
  waiting: Waiter[];
  isLeasing: boolean;
  /** Whether the lease that is under way has taken too long for those who waited. */
  isOverdue: boolean;
}

/**
 * Enforces rate limits, which all processes share. A process leases permits from the database and admits requests by them, so
 * that not every request costs a write. A permit that is lost, with a process or an entry, was leased: a limit is never exceeded.
 */
@Injectable()
export class RateLimiter {
  private readonly entries = new LRUCache<string, Limited>({ maxSize: MAX_ENTRIES, sizeCalculation: () => 1 });
  private leases = 0;

  constructor(
    private readonly windows: RateLimitWindowRepository,
    private readonly clock: DatabaseClock,
  ) {}

  /** Whether {@link take} decides synchronously. */
  canDecide(authHeaderId: string, rateLimit: RateLimit): boolean {
    return this.entryOf(authHeaderId, rateLimit).permits.canDecide();
  }

  /**
   * Takes a permit: synchronously if there is one at hand, or it is known that there is none, else after a lease.
   * @throws RateLimited; OutdatedRateLimit; ApiError `unavailable` if the database does not answer in time
   */
  take(authHeaderId: string, rateLimit: RateLimit): Standing | Promise<Standing> {
    const entry = this.entryOf(authHeaderId, rateLimit);
    return entry.permits.take() ?? this.wait(authHeaderId, entry);
  }

  /** A changed limit begins with no permit: those at hand were leased for the old one. */
  private entryOf(authHeaderId: string, rateLimit: RateLimit): Limited {
    const known = this.entries.get(authHeaderId);
    if (known !== undefined && isSame(known.permits.rateLimit, rateLimit)) return known;
    const entry: Limited = { permits: new Permits(rateLimit), waiting: [], isLeasing: false, isOverdue: false };
    this.entries.set(authHeaderId, entry);
    return entry;
  }

  private wait(authHeaderId: string, entry: Limited): Promise<Standing> {
    if (entry.isOverdue || (!entry.isLeasing && this.leases >= MAX_LEASES)) throw new ApiError('unavailable');
    return new Promise((proceed, fail) => {
      entry.waiting.push({ proceed, fail });
      if (!entry.isLeasing) void this.leaseFor(authHeaderId, entry);
    });
  }

  /** Leases until nobody waits: one lease at a time, each for all who have come to wait during the one before. */
  private async leaseFor(authHeaderId: string, entry: Limited): Promise<void> {
    entry.isLeasing = true;
    this.leases += 1;
    let vain = 0;
    try {
      while (entry.waiting.length > 0) {
        // One lease may arrive after the end of its window. A database that is slower than the windows answers in time for none.
        if (vain > 1) throw new ApiError('unavailable');
        const timer = setTimeout(() => {
          entry.isOverdue = true;
          failAll(entry, new ApiError('unavailable'));
        }, WAIT_LIMIT_MS);
        try {
          await this.lease(authHeaderId, entry);
        } finally {
          clearTimeout(timer);
          entry.isOverdue = false;
        }
        vain = serve(entry) === 0 ? vain + 1 : 0;
      }
    } catch (error) {
      failAll(entry, error);
    } finally {
      entry.isLeasing = false;
      this.leases -= 1;
    }
  }

  private async lease(authHeaderId: string, { permits, waiting }: Limited): Promise<void> {
    // In this order: what passes between two of the readings must not prolong the window.
    const own = { wallMs: Date.now(), monotonicMs: performance.now() };
    const asked: Moment = { ...own, databaseMs: await this.clock.now() };
    const { rateLimit } = permits;
    const request = { authHeaderId, rateLimit, demand: waiting.length, surplus: permits.surplus() };
    const lease = await this.windows.lease({ ...request, nowMs: asked.databaseMs });
    if (lease === undefined) throw new OutdatedRateLimit();
    permits.add(lease, asked);
  }
}

/**
 * Gives the permits at hand to those who wait longest. The others go on waiting, unless there is none until the window ends.
 * @returns how many got one.
 */
function serve(entry: Limited): number {
  const { permits, waiting } = entry;
  let served = 0;
  try {
    for (const { proceed } of waiting) {
      const standing = permits.take();
      if (standing === undefined) break;
      proceed(standing);
      served += 1;
    }
    entry.waiting = waiting.slice(served);
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error;
    entry.waiting = waiting.slice(served);
    failAll(entry, error);
  }
  return served;
}

function failAll(entry: Limited, error: unknown): void {
  const { waiting } = entry;
  entry.waiting = [];
  for (const { fail } of waiting) fail(error);
}

function isSame(one: RateLimit, other: RateLimit): boolean {
  return one.limit === other.limit && one.windowSeconds === other.windowSeconds;
}
