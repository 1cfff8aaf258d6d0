import type { EntityManager } from 'typeorm';
import type { QueueBounds } from './bounded-queue.js';

/** How changes wait for earlier ones of this process. */
export const CHANGES_WAIT: Omit<QueueBounds, 'concurrency'> = { places: 2000, waitLimitMs: 5000 };

/**
 * What a transaction excludes others from, until it ends. Names are free; a transaction that holds one exclusively runs while no
 * other one holds it. A transaction names all of them before it begins, so that none waits for another in a circle.
 */
export interface Locks {
  readonly shared?: readonly string[];
  readonly exclusive?: readonly string[];
}

/** Who may administrate: changes of users, which must see each other's. */
export const ALL_USERS = 'users';
/** The signing keys, and the secret that they show. What is sealed with the secret shares it. */
export const SIGNING_KEYS = 'signing keys';

/** What a user's credentials are, and whether they are accepted. A change that rests on one of them shares it. */
export function userLock(id: string): string {
  return `user ${id}`;
}

/**
 * The writes that end a change, and whose answers it does not need. They take place before the commit, and it only if all of them
 * have; a database that is far away gets them together with it.
 */
export class LastWrites {
  private readonly writes: Promise<unknown>[] = [];

  /** @param write that was begun with the manager of the transaction. The change must not use the manager after it but for others. */
  add(write: Promise<unknown>): void {
    // It is told by `done`, which may be asked later.
    write.catch(() => undefined);
    this.writes.push(write);
  }

  /** @throws the error of a write that has failed, when none is under way */
  async done(): Promise<void> {
    await Promise.allSettled(this.writes);
    await Promise.all(this.writes);
  }
}

/** Commits changes. Every database that the server supports implements it. */
export abstract class Transactions {
  /**
   * Each change behaves as if it ran after the earlier ones that hold one of its locks, and takes place entirely or not at all.
   * @param change must use only the given manager, and may run again after it was rolled back. Statements that it begins without
   * waiting for each other take place in that order, and go to the database together.
   * @param locks are ignored by a database that has one writer at a time.
   * @returns the result of the change, after the commit.
   */
  abstract run<T>(change: (manager: EntityManager, last: LastWrites) => Promise<T>, locks?: Locks): Promise<T>;

  /**
   * The same for a change of one statement.
   * @returns its answer, after the commit.
   */
  async runOne<T>(statement: (manager: EntityManager) => Promise<T>): Promise<T> {
    const answer = await this.run((manager, last) => {
      const begun = statement(manager);
      last.add(begun);
      return Promise.resolve({ begun });
    });
    return answer.begun;
  }
}
