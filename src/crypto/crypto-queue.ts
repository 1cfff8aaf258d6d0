import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';

const AHEAD = 1;

/**
 * What costs milliseconds of a core, hashing a password or signing with RSA, is done by libuv's threads, and no more of it
 * at once than leaves a core to everybody else: those who are logged in already must not notice a storm of logins.
 */
@Injectable()
export class CostlyWork {
  private readonly queue: PQueue;
  private admitted = 0;

  constructor(private readonly settings: Settings) {
    this.queue = new PQueue({ concurrency: settings.hashConcurrency });
  }

  /**
   * Lets an act begin that is going to hash, if it need not wait too long. To be asked ahead of anything that costs:
   * whoever is turned away has cost nothing.
   * @throws ApiError `unavailable`, with the seconds to wait, when HASH_QUEUE_LENGTH are waiting
   */
  async admit<T>(act: () => Promise<T>): Promise<T> {
    const { hashConcurrency, hashQueueLength, hashRetryAfterSeconds } = this.settings;
    if (this.admitted >= hashConcurrency + hashQueueLength) {
      throw new ApiError('unavailable', { headers: { 'retry-after': String(hashRetryAfterSeconds) } });
    }
    this.admitted += 1;
    try {
      return await act();
    } finally {
      this.admitted -= 1;
    }
  }

  /** Hashes in turn. */
  hash<T>(hash: () => Promise<T>): Promise<T> {
    return this.queue.add(hash);
  }

  /** Signs ahead of those who wait to hash: whoever's password was right has waited already. */
  sign<T>(sign: () => Promise<T>): Promise<T> {
    return this.queue.add(sign, { priority: AHEAD });
  }
}
