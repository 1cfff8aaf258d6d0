import { Injectable } from '@nestjs/common';
import { AsyncResource } from 'node:async_hooks';
import PQueue from 'p-queue';
import { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import { Signal } from '../telemetry/signal.js';
import type { Timed } from '../telemetry/timed.js';

const AHEAD = 1;
const IN_TURN = 0;

/** A hash, without its wait for a free core. */
export interface HashEnd extends Timed {
  readonly waitedMs: number;
}

export const hashEnd = new Signal<HashEnd>('personas:hash-end');

/**
 * Bounded queue for CPU-heavy crypto (Argon2, RSA), which runs on libuv's thread pool. By default its concurrency is cores − 1,
 * so a login storm cannot slow requests that already carry a credential.
 */
@Injectable()
export class CryptoQueue {
  private readonly queue: PQueue;
  private admitted = 0;

  constructor(private readonly settings: Settings) {
    this.queue = new PQueue({ concurrency: settings.hashConcurrency });
  }

  /**
   * Admission control: starts work that will hash, unless the queue is full. Call it before any other work, so that a
   * rejected request costs nothing.
   * @throws ApiError `unavailable`, with the seconds to wait, when HASH_QUEUE_LENGTH are waiting
   */
  async enter<T>(act: () => Promise<T>): Promise<T> {
    this.refuseIfFull();
    this.admitted += 1;
    try {
      return await act();
    } finally {
      this.admitted -= 1;
    }
  }

  /**
   * @param admitted how many of some acts are admitted; all that are, by default.
   * @param share the part of the places that those acts can take, at least one place.
   * @throws ApiError `unavailable`, with the seconds to wait, when they have taken all of it
   */
  refuseIfFull(admitted = this.admitted, share = 1): void {
    const { hashConcurrency, hashQueueLength, hashRetryAfterSeconds } = this.settings;
    const places = Math.floor((hashConcurrency + hashQueueLength) * share);
    if (admitted < Math.max(places, 1)) return;
    throw new ApiError('unavailable', { headers: { 'retry-after': String(hashRetryAfterSeconds) } });
  }

  /**
   * Runs a hash when a slot is free, in FIFO order.
   * @param isUnwanted whether nobody waits for it any more. The places of the queue would else be taken by clients that have gone.
   * @throws ApiError `unavailable` if it is unwanted when its turn comes
   */
  hash<T>(hash: () => Promise<T>, isUnwanted?: () => boolean): Promise<T> {
    const run = hashEnd.isWatched ? signalling(hash) : hash;
    return this.queue.add(() => {
      if (isUnwanted?.() === true) throw new ApiError('unavailable');
      return run();
    });
  }

  /** How many hashes wait for a free core. */
  get waitingHashes(): number {
    return this.queue.sizeBy({ priority: IN_TURN });
  }

  /** Signs with priority over waiting hashes: a login that signs has already waited for its hash. */
  sign<T>(sign: () => Promise<T>): Promise<T> {
    return this.queue.add(sign, { priority: AHEAD });
  }
}

/** A hash that is signalled when it has ended, in the context in which this is called: the queue runs it in another one. */
function signalling<T>(hash: () => Promise<T>): () => Promise<T> {
  const askedMs = performance.now();
  return AsyncResource.bind(async () => {
    const begunMs = performance.now();
    try {
      return await hash();
    } finally {
      hashEnd.send({ waitedMs: begunMs - askedMs, durationMs: performance.now() - begunMs });
    }
  });
}
