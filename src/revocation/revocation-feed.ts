import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { describeWithoutValues } from '../database/database-errors.js';
import { RevocationSource } from '../database/revocation-source.js';
import { ageOf, type Moment, momentNow } from '../guard/moment.js';
import { RecentRevocations } from './recent-revocations.js';
import { RevocationBus } from './revocation-bus.js';
import { fromRow } from './revocation.js';

const POLL_INTERVAL_MS = 250;
/** The maximum age of the last answered poll. When it is older, nothing that is remembered is trusted. */
const TRUST_LIMIT_MS = 1000;
/** How long polling goes on after the last question. A server that nobody asks leaves the database alone. */
const IDLE_LIMIT_MS = 5000;

/**
 * Publishes what other processes revoked. It polls the table of revocations four times a second, and each poll is its own
 * heartbeat: a process that has not heard from the database for a second trusts nothing it remembers. What is remembered stays,
 * and is good again once the missed rows are read. A poll that cannot tell what it missed revokes everything.
 */
@Injectable()
export class RevocationFeed implements OnApplicationShutdown {
  /** What the polls have told lately. */
  readonly recent = new RecentRevocations();
  /** How many polls have failed. */
  failures = 0;
  private readonly logger = new Logger('Revocations');
  private heard: Moment | undefined;
  private hasWarned = false;
  private lastAskedMs = -Infinity;
  private isPolling = false;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private beat: Promise<void> | undefined;
  private endBeat: () => void = () => undefined;

  constructor(
    private readonly source: RevocationSource,
    private readonly bus: RevocationBus,
  ) {}

  /** Whether every revocation that was committed more than a second ago has been published. */
  isUpToDate(): boolean {
    this.lastAskedMs = performance.now();
    if (this.timer === undefined && !this.isStopped) this.start();
    return this.hasHeardLately();
  }

  /** Whether the table is polled. Where nobody asks, it is not, and {@link age} says nothing of the database. */
  get isActive(): boolean {
    return this.timer !== undefined;
  }

  /** How old what has been published is, in milliseconds: every revocation from before then is. */
  age(): number {
    return this.heard === undefined ? Infinity : ageOf(this.heard);
  }

  /** Resolves after the current poll, or the next one, whether it succeeds or not; at the latest after a quarter of a second. */
  nextBeat(): Promise<void> {
    return (this.beat ??= new Promise((resolve) => {
      this.endBeat = resolve;
    }));
  }

  /** Resolves what {@link nextBeat} waits for. */
  stopWaiting(): void {
    this.endBeat();
    this.beat = undefined;
  }

  private hasHeardLately(): boolean {
    return this.age() < TRUST_LIMIT_MS;
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    this.stopWaiting();
    await this.source.close();
  }

  private start(): void {
    this.timer = setInterval(() => {
      if (performance.now() - this.lastAskedMs < IDLE_LIMIT_MS) void this.poll();
      else this.pause();
    }, POLL_INTERVAL_MS).unref();
    void this.poll();
  }

  private pause(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async poll(): Promise<void> {
    if (this.isPolling) {
      // A poll that takes long must not hold up those who wait.
      this.stopWaiting();
      return;
    }
    this.isPolling = true;
    // Before the poll is sent: what is committed later may be missing in its answer.
    const asked = momentNow();
    try {
      const { rows, isComplete, position } = await this.source.poll();
      const revocations = rows.map(fromRow);
      if (!isComplete) this.bus.publish({ kind: 'everything' });
      for (const revocation of revocations) this.bus.publish(revocation);
      this.recent.add({ position, revocations, isComplete });
      this.heard = asked;
      if (this.hasWarned) this.logger.warn('Revocations are read again');
      this.hasWarned = false;
    } catch (error) {
      this.failures += 1;
      // Unheard: within a second nothing is trusted, and the next poll tells what was missed.
      this.tell(error);
    } finally {
      this.isPolling = false;
      this.stopWaiting();
    }
  }

  /** Once, and not of a moment: checks go on, so that nothing else says why each of them asks the database. */
  private tell(error: unknown): void {
    if (this.hasWarned || this.isStopped || this.hasHeardLately()) return;
    this.hasWarned = true;
    const reason = describeWithoutValues(error);
    this.logger.warn(`Revocations cannot be read (${reason}): until they are, every check asks the database`);
  }
}
