import PQueue from 'p-queue';
import { ApiError } from '../errors/api-error.js';
import { DatabaseLockTimeout } from './database-errors.js';

export interface QueueBounds {
  /** How much of the work runs at once. */
  readonly concurrency: number;
  /** How much may wait. More would be answered so late that its client has gone, and would take memory meanwhile. */
  readonly places: number;
  /** How long any of it may wait. */
  readonly waitLimitMs: number;
}

/** Lets work wait for the database in its order, neither too much of it nor too long. What is refused has not begun. */
export class BoundedQueue {
  private readonly queue: PQueue;

  constructor(private readonly bounds: QueueBounds) {
    this.queue = new PQueue({ concurrency: bounds.concurrency });
  }

  /**
   * @throws ApiError `unavailable` at once if all places are taken, which is no fault of the database and is not logged
   * @throws DatabaseLockTimeout if what runs takes too long
   */
  run<T>(work: () => Promise<T>): Promise<T> {
    const { concurrency, places, waitLimitMs } = this.bounds;
    if (this.queue.pending < concurrency) return this.queue.add(work);
    if (this.queue.size >= places) return Promise.reject(new ApiError('unavailable'));
    const waiting = new AbortController();
    const timer = setTimeout(() => {
      waiting.abort(new DatabaseLockTimeout());
    }, waitLimitMs);
    const start = (): Promise<T> => {
      clearTimeout(timer);
      return work();
    };
    return this.queue.add(start, { signal: waiting.signal });
  }
}
