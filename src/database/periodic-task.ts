import { Logger } from '@nestjs/common';
import { describeWithoutValues } from './database-errors.js';

/** Work that a server does in the background again and again. */
export interface PeriodicWork {
  /** The context of its log lines. */
  readonly name: string;
  /** The log line of a failed run, without its reason. */
  readonly failure: string;
  /** @param stopping is aborted when the server stops. In the last run it is aborted from the beginning. */
  readonly run: (stopping: AbortSignal) => Promise<void>;
}

/**
 * Runs background work at an interval, one run at a time, and once more at the stop. A failed run costs one log line and
 * nothing else, because the next run repeats its work.
 */
export class PeriodicTask {
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(private readonly work: PeriodicWork) {
    this.logger = new Logger(work.name);
  }

  start(intervalMs: number): void {
    // A process must not stay alive for its background work alone.
    this.timer = setInterval(() => void this.run(), intervalMs).unref();
  }

  /** Runs now, or after the current run. Requests that wait for the same run share it. It never rejects. */
  run(): Promise<void> {
    this.next ??= this.current.then(() => {
      this.next = undefined;
      this.current = this.attempt();
      return this.current;
    });
    return this.next;
  }

  /** Ends the schedule. Resolves after the current run and the last one. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    await this.run();
  }

  private async attempt(): Promise<void> {
    try {
      await this.work.run(this.stopping.signal);
    } catch (error) {
      this.logger.warn(`${this.work.failure}: ${describeWithoutValues(error)}`);
    }
  }
}
