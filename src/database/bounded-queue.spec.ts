import { BoundedQueue } from './bounded-queue.js';
import { DatabaseLockTimeout } from './database-errors.js';

/** Work that ends when it is told to. */
function held(): { readonly work: () => Promise<string>; readonly end: () => void } {
  let end: () => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    end = () => {
      resolve('done');
    };
  });
  return { work: () => ended, end };
}

describe('A bounded queue', () => {
  it('refuses at once what finds no place, and takes it again when there is one', async () => {
    const queue = new BoundedQueue({ concurrency: 1, places: 1, waitLimitMs: 60_000 });
    const { work, end } = held();
    const taken = [queue.run(work), queue.run(work)];
    await expect(queue.run(work)).rejects.toMatchObject({ code: 'unavailable', headers: { 'retry-after': '1' } });
    end();
    expect(await Promise.all([...taken])).toEqual(['done', 'done']);
    expect(await queue.run(work)).toBe('done');
  });

  it('gives up what waits too long, and never begins it', async () => {
    const queue = new BoundedQueue({ concurrency: 1, places: 9, waitLimitMs: 10 });
    const { work, end } = held();
    const running = queue.run(work);
    let isBegun = false;
    const late = queue.run(() => Promise.resolve((isBegun = true)));
    await expect(late).rejects.toBeInstanceOf(DatabaseLockTimeout);
    end();
    expect(await running).toBe('done');
    expect(await queue.run(work)).toBe('done');
    expect(isBegun).toBe(false);
  });
});
