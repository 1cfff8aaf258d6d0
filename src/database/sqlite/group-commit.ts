import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { ApiError } from '../../errors/api-error.js';
import { durationOnly, timed } from '../../telemetry/timed.js';
import { DatabaseLockTimeout, isDatabaseUnavailable } from '../database-errors.js';
import { writeEnd } from '../database-signals.js';
import { CHANGES_WAIT, LastWrites, Transactions } from '../transactions.js';

/** The maximum group size, so that other statements do not wait long for the connection. */
const TOGETHER = 32;

interface Waiting {
  /** Makes the change. @returns a function that reports its result; call it after the commit. */
  readonly make: (manager: EntityManager) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
  /** Whether it waited too long, and has failed. */
  isLate: boolean;
  timer?: NodeJS.Timeout;
}

/**
 * Group commit: changes that arrive during a transaction wait and then share the next one, because BEGIN and COMMIT cost
 * more than most changes. Each change behaves as if it ran alone: after the earlier ones, and entirely or not at all.
 */
@Injectable()
export class GroupCommit extends Transactions {
  private waiting: Waiting[] = [];
  private isAtWork = false;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    super();
  }

  /**
   * @param change must use only the given manager, and may run twice: if another change of its transaction fails, it is
   * rolled back and runs again.
   * @returns the result of the change, after the commit.
   * @throws ApiError `unavailable` at once if too many wait; DatabaseLockTimeout
   */
  override run<T>(change: (manager: EntityManager, last: LastWrites) => Promise<T>): Promise<T> {
    return timed(writeEnd, durationOnly, () => this.enqueue(change));
  }

  private enqueue<T>(change: (manager: EntityManager, last: LastWrites) => Promise<T>): Promise<T> {
    if (this.waiting.length >= CHANGES_WAIT.places) return Promise.reject(new ApiError('unavailable'));
    return new Promise((resolve, reject) => {
      const make = async (manager: EntityManager) => {
        const last = new LastWrites();
        const result = await change(manager, last);
        await last.done();
        return () => {
          resolve(result);
        };
      };
      const waiting: Waiting = { make, fail: reject, isLate: false };
      this.waiting.push(waiting);
      if (!this.isAtWork) void this.work();
      else waiting.timer = setTimeout(giveUp, CHANGES_WAIT.waitLimitMs, waiting);
    });
  }

  private async work(): Promise<void> {
    this.isAtWork = true;
    while (this.waiting.length > 0) {
      const changes = this.waiting.splice(0, TOGETHER).filter(({ isLate }) => !isLate);
      for (const { timer } of changes) clearTimeout(timer);
      if (changes.length > 0) await this.commit(changes);
    }
    this.isAtWork = false;
  }

  private async commit(changes: readonly Waiting[]): Promise<void> {
    let changing: Waiting | undefined;
    try {
      const results = await this.dataSource.transaction(async (manager) => {
        const made: (() => void)[] = [];
        for (changing of changes) made.push(await changing.make(manager));
        changing = undefined;
        return made;
      });
      for (const tell of results) tell();
    } catch (error) {
      if (changing !== undefined && changes.length > 1) {
        // A failing change must not roll back the others.
        for (const change of changes) await this.commit([change]);
      } else {
        for (const { fail } of changes) fail(error);
        if (changing === undefined && isDatabaseUnavailable(error)) this.failWaiting(error);
      }
    }
  }

  /** What waits would wait for the same lock or disk as long again, and its answer would come too late. */
  private failWaiting(error: unknown): void {
    for (const { timer, fail } of this.waiting.splice(0)) {
      clearTimeout(timer);
      fail(error);
    }
  }
}

function giveUp(waiting: Waiting): void {
  waiting.isLate = true;
  waiting.fail(new DatabaseLockTimeout());
}
