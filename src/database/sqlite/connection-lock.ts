import { DatabaseLockTimeout } from '../database-errors.js';

/** A turn that nobody gives back, such as one waiting for a turn of its own, fails after this long. */
const WAIT_LIMIT_MS = 15_000;

interface Waiter {
  readonly owner: object;
  readonly proceed: () => void;
}

/** One connection's turns, first come first served. */
export class ConnectionLock {
  private owner: object | undefined;
  private readonly waiters = new Set<Waiter>();

  constructor(private readonly waitLimitMs = WAIT_LIMIT_MS) {}

  isHeldBy(owner: object): boolean {
    return this.owner === owner;
  }

  /** @throws DatabaseLockTimeout */
  async acquire(owner: object): Promise<void> {
    if (this.owner === undefined) {
      this.owner = owner;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiters.delete(waiter);
        reject(new DatabaseLockTimeout());
      }, this.waitLimitMs);
      const waiter: Waiter = {
        owner,
        proceed: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.waiters.add(waiter);
    });
  }

  /** Gives the turn to whoever has waited longest; does nothing for one that does not hold it. */
  release(owner: object): void {
    if (this.owner !== owner) return;
    const [next] = this.waiters;
    this.owner = next?.owner;
    if (next === undefined) return;
    this.waiters.delete(next);
    next.proceed();
  }

  /** @throws DatabaseLockTimeout */
  async during<T>(owner: object, work: () => Promise<T>): Promise<T> {
    await this.acquire(owner);
    try {
      return await work();
    } finally {
      this.release(owner);
    }
  }
}
