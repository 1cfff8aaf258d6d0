import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { ApiError } from '../errors/api-error.js';
import type { RevocationsAfter } from './recent-revocations.js';
import { RevocationFeed } from './revocation-feed.js';

/** How many may wait at once. Each holds a connection open. More are answered without a wait: they may follow, and ask more often. */
const MAX_WAITING = 1000;
/** How long a question waits for a feed that has just begun to poll. */
const START_LIMIT_MS = 1000;

/** What one that follows the revocations is told. */
export interface RevocationNews extends RevocationsAfter {
  /**
   * Every revocation is told that was committed before a moment: this many milliseconds after the question arrived, or before
   * it if negative. Counted from when a question was sent, it holds however late the question or its answer arrives.
   */
  readonly knownUntilMs: number;
}

/**
 * Answers those who follow the revocations from outside. All of them wait for the one feed of this process, so that their number
 * costs the database nothing.
 */
@Injectable()
export class RevocationFollowers implements BeforeApplicationShutdown {
  /** How many questions wait for news. */
  waiting = 0;
  private drains = 0;

  constructor(private readonly feed: RevocationFeed) {}

  /**
   * What was revoked after a position: at once if there is any, else once it has waited.
   * @throws ApiError `unavailable` if the database has not been heard for a second, or too many wait for it.
   */
  async newsAfter(position: string | undefined, waitMs: number): Promise<RevocationNews> {
    const isFull = this.waiting >= MAX_WAITING;
    if (isFull && !this.feed.isUpToDate()) throw new ApiError('unavailable');
    this.waiting++;
    try {
      return await this.await(position, isFull ? 0 : waitMs);
    } finally {
      this.waiting--;
    }
  }

  /** A stop does not wait for those who wait for nothing but time. */
  beforeApplicationShutdown(): void {
    this.drains++;
    this.feed.stopWaiting();
  }

  private async await(position: string | undefined, waitMs: number): Promise<RevocationNews> {
    const arrivedMs = performance.now();
    const { drains } = this;
    for (;;) {
      // It also keeps the feed polling, which pauses where nobody asks.
      const isUpToDate = this.feed.isUpToDate();
      const waitedMs = performance.now() - arrivedMs;
      const isLate = waitedMs >= waitMs || drains !== this.drains;
      if (isUpToDate) {
        const age = this.feed.age();
        const found = this.revocationsAfter(position, age < waitedMs);
        const knownUntilMs = Math.floor(waitedMs - age);
        if (found !== undefined && (isLate || found.revocations.length > 0)) return { ...found, knownUntilMs };
      } else if (waitedMs >= START_LIMIT_MS || drains !== this.drains) {
        throw new ApiError('unavailable');
      }
      await this.feed.nextBeat();
    }
  }

  /** @param hasPolledSince whether what is known is newer than the question */
  private revocationsAfter(position: string | undefined, hasPolledSince: boolean): RevocationsAfter | undefined {
    const found = this.feed.recent.after(position);
    // Another process may have polled after this one did. If a poll does not get there either, nobody has been there.
    if (found === 'ahead') return hasPolledSince ? this.feed.recent.everything() : undefined;
    return found;
  }
}
