import { DatabaseLockTimeout } from '../database-errors.js';

/** The wait limit. It ends deadlocks, such as a lock holder that waits for the same lock. */
const WAIT_LIMIT_MS = 15_000;

interface Waiter {
  readonly owner: object;
  readonly proceed: () => void;
}

/** The lock of one connection, FIFO. */
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

  /** Passes the lock to the longest-waiting owner. It does nothing if the caller does not hold the lock. */
  release(owner: object): void {
    if (this.owner !== owner) return;
    const [next] = this.waiters;
    this.owner = next?.owner;
    if (next === undefined) return;
    this.waiters.delete(next);
    next.proceed();
  }

  /** @throws DatabaseLockTimeout */
  async withLock<T>(owner: object, work: () => Promise<T>): Promise<T> {
    await this.acquire(owner);
    try {
      return await work();
    } finally {
      this.release(owner);
    }
  }
}
