import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionLock } from './connection-lock.js';
import { DatabaseLockTimeout } from '../database-errors.js';

/** Acquires for each owner in turn; answers who has had the turn so far, as it goes. */
function queue(lock: ConnectionLock, owners: readonly object[]): object[] {
  const served: object[] = [];
  for (const owner of owners) void lock.acquire(owner).then(() => served.push(owner));
  return served;
}

describe('ConnectionLock', () => {
  const [first, second, third] = [{ name: 'first' }, { name: 'second' }, { name: 'third' }];

  it('gives a free turn at once', async () => {
    const lock = new ConnectionLock();
    await lock.acquire(first);
    expect([lock.isHeldBy(first), lock.isHeldBy(second)]).toEqual([true, false]);
  });

  it('serves whoever waits in the order of their coming', async () => {
    const lock = new ConnectionLock();
    const served = queue(lock, [first, second, third]);
    for (const [turn, owner] of [first, second, third].entries()) {
      await sleep(0);
      expect(served).toEqual([first, second, third].slice(0, turn + 1));
      expect(lock.isHeldBy(owner)).toBe(true);
      lock.release(owner);
    }
    await lock.acquire(second);
    expect(lock.isHeldBy(second)).toBe(true);
    lock.release(second);
  });

  it('is released by nobody but its owner', async () => {
    const lock = new ConnectionLock();
    const served = queue(lock, [first, second]);
    lock.release(second);
    lock.release(third);
    await sleep(0);
    expect(served).toEqual([first]);
    expect(lock.isHeldBy(first)).toBe(true);
    lock.release(first);
    lock.release(first);
    expect(lock.isHeldBy(second)).toBe(true);
    lock.release(second);
  });

  it('tells one that waited too long, and still serves the next', async () => {
    const lock = new ConnectionLock(30);
    await lock.acquire(first);
    const late = lock.acquire(second);
    await expect(late).rejects.toThrow(DatabaseLockTimeout);
    const next = lock.acquire(third);
    lock.release(first);
    await next;
    expect([lock.isHeldBy(second), lock.isHeldBy(third)]).toEqual([false, true]);
  });

  it('no longer minds the time of one that was served', async () => {
    const lock = new ConnectionLock(20);
    await lock.acquire(first);
    const waiting = lock.acquire(second);
    lock.release(first);
    await waiting;
    await sleep(40);
    expect(lock.isHeldBy(second)).toBe(true);
  });

  describe('during()', () => {
    it('holds the turn for as long as the work takes, and answers its outcome', async () => {
      const lock = new ConnectionLock();
      const steps: string[] = [];
      const work = (name: string) => async () => {
        steps.push(`${name} begins`);
        await sleep(5);
        steps.push(`${name} ends`);
        return name;
      };
      const outcomes = await Promise.all([lock.during(first, work('first')), lock.during(second, work('second'))]);
      expect(outcomes).toEqual(['first', 'second']);
      expect(steps).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
    });

    it('gives the turn back when the work fails', async () => {
      const lock = new ConnectionLock();
      await expect(lock.during(first, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
      await expect(lock.during(second, () => Promise.resolve('served'))).resolves.toBe('served');
    });

    it('does not begin the work of one that waited too long', async () => {
      const lock = new ConnectionLock(10);
      await lock.acquire(first);
      const work = jest.fn(() => Promise.resolve());
      await expect(lock.during(second, work)).rejects.toThrow(DatabaseLockTimeout);
      expect(work).not.toHaveBeenCalled();
      expect(lock.isHeldBy(first)).toBe(true);
    });
  });
});
