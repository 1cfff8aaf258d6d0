import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';

/** So many changes at most, that a statement of somebody else need not wait long for its turn. */
const TOGETHER = 32;

interface Waiting {
  /** Makes a change; answers what tells its result, to be called once it is committed. */
  readonly make: (manager: EntityManager) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

/**
 * Changes that come while another is being made wait for it, and then share one transaction: beginning and committing one
 * costs more than most changes do. Each is made all the same as if it were alone: after those before it, and whole or not
 * at all.
 */
@Injectable()
export class SharedTransactions {
  private waiting: Waiting[] = [];
  private isAtWork = false;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * @param change must use the given manager alone, and may be made twice, the first of them undone: when another one that
   * shared its transaction fails.
   * @returns what the change answers, once it is committed.
   */
  run<T>(change: (manager: EntityManager) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const make = async (manager: EntityManager) => {
        const result = await change(manager);
        return () => {
          resolve(result);
        };
      };
      this.waiting.push({ make, fail: reject });
      if (!this.isAtWork) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.isAtWork = true;
    while (this.waiting.length > 0) await this.commit(this.waiting.splice(0, TOGETHER));
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
        // One that fails must not take the others with it.
        for (const change of changes) await this.commit([change]);
      } else {
        for (const { fail } of changes) fail(error);
      }
    }
  }
}
