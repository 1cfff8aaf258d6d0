import { DataSource } from 'typeorm';
import { GroupCommit } from '../database/sqlite/group-commit.js';
import { SqliteDatabase } from '../database/sqlite/sqlite-database.js';
import { serialiseQueryRunners } from '../database/sqlite/serialising-query-runner.js';
import { ApiError } from '../errors/api-error.js';
import { LEASED_PART } from './permits.js';
import { OutdatedRateLimit, RateLimited, type RateLimit, type Standing } from './rate-limit.js';
import { RateLimitWindowRepository } from './rate-limit-window.repository.js';
import { RateLimiter } from './rate-limiter.js';

const MINUTE_MS = 60_000;
/** The begin of a minute. */
const NOON = Date.parse('2030-01-15T12:00:00Z');

let dataSource: DataSource;
let rows: RateLimitWindowRepository;
let lease: jest.SpyInstance;
let names = 0;

beforeAll(async () => {
  // Promises and the database need the real ones.
  const doNotFake = ['nextTick', 'setImmediate', 'queueMicrotask'] as const;
  jest.useFakeTimers({ doNotFake: [...doNotFake], now: NOON });
  dataSource = await new DataSource(new SqliteDatabase({ file: ':memory:' }).options()).initialize();
  serialiseQueryRunners(dataSource);
  await dataSource.runMigrations();
  // The auth headers of this test belong to no user.
  await dataSource.query('PRAGMA foreign_keys = OFF');
});

afterAll(async () => {
  jest.useRealTimers();
  await dataSource.destroy();
});

beforeEach(() => {
  jest.setSystemTime(NOON);
  rows = new RateLimitWindowRepository(dataSource, new GroupCommit(dataSource));
  lease = jest.spyOn(rows, 'lease');
});

/** Another process on the same database. @param aheadMs of the clock of the database, which is not the one of a process. */
function limiterOf(aheadMs = 0, windows: Pick<RateLimitWindowRepository, 'lease'> = rows): RateLimiter {
  const clock = { now: () => Promise.resolve(Date.now() + aheadMs) };
  return new RateLimiter(windows as RateLimitWindowRepository, clock);
}

/** An auth header, as far as a lease looks at it. */
async function addLimited({ limit, windowSeconds }: RateLimit): Promise<string> {
  const id = `header ${++names}`;
  await dataSource.query(
    `INSERT INTO auth_header (id, user_id, name, token_hash, masked, scopes, allowed_ips, created, request_limit, limit_window_seconds)
     VALUES ($1, 'user', '', $1, $1, '[]', '[]', '', $2, $3)`,
    [id, limit, windowSeconds],
  );
  return id;
}

/** Whether a request is admitted. */
async function isAdmitted(limiter: RateLimiter, id: string, rateLimit: RateLimit): Promise<boolean> {
  try {
    await limiter.take(id, rateLimit);
    return true;
  } catch (error) {
    if (error instanceof RateLimited) return false;
    throw error;
  }
}

async function countAdmitted(count: number, ask: (request: number) => Promise<boolean>): Promise<number> {
  const answers = await Promise.all(Array.from({ length: count }, (_, request) => ask(request)));
  return answers.filter(Boolean).length;
}

describe('The processes on one database', () => {
  it.each([1, 2, 10, 31])('admit exactly %i of many requests at once', async (limit) => {
    const rateLimit = { limit, windowSeconds: 60 };
    const id = await addLimited(rateLimit);
    const limiters = [limiterOf(), limiterOf(), limiterOf()];
    const ask = (request: number) => isAdmitted(limiters[request % 3] ?? limiterOf(), id, rateLimit);
    expect(await countAdmitted(100, ask)).toBe(limit);
    expect(await countAdmitted(100, ask)).toBe(0);
  });

  it.each([5, 31, 32, 100, 1000, 5000])(
    'admit never more than %i, and at most the part too few that others hold, in whatever order',
    async (limit) => {
      const rateLimit = { limit, windowSeconds: 60 };
      const id = await addLimited(rateLimit);
      const limiters = [limiterOf(), limiterOf(), limiterOf()];
      let admitted = 0;
      // Bursts of pseudo-random sizes at processes in turn: up to two thirds of the limit, so that all hold something.
      for (let burst = 1; admitted < (limit * 2) / 3 && burst <= limit; burst++) {
        const limiter = limiters[(burst * 7) % 3] ?? limiterOf();
        admitted += await countAdmitted(1 + ((burst * 37) % 11), () => isAdmitted(limiter, id, rateLimit));
      }
      const [last = limiterOf()] = limiters;
      while (admitted <= limit && (await isAdmitted(last, id, rateLimit))) admitted += 1;
      expect(admitted).toBeLessThanOrEqual(limit);
      expect(admitted).toBeGreaterThanOrEqual(limit - 2 * Math.floor(limit / LEASED_PART));
      // What the others hold is theirs to use, and nothing else is.
      for (const other of limiters) while (admitted <= limit && (await isAdmitted(other, id, rateLimit))) admitted += 1;
      expect(admitted).toBe(limit);
    },
  );

  it('lease once for many requests, where the limit is high', async () => {
    const rateLimit = { limit: 10_000, windowSeconds: 60 };
    const id = await addLimited(rateLimit);
    const limiter = limiterOf();
    for (let request = 0; request < 5000; request++) await limiter.take(id, rateLimit);
    expect(lease.mock.calls.length).toBeLessThan(100);
  });

  it('lease once for the requests that wait for the same lease', async () => {
    const rateLimit = { limit: 20, windowSeconds: 60 };
    const id = await addLimited(rateLimit);
    const limiter = limiterOf();
    expect(await countAdmitted(1000, () => isAdmitted(limiter, id, rateLimit))).toBe(20);
    expect(lease.mock.calls.length).toBeLessThanOrEqual(2);
  });

  it('hold permits only in proportion to what they have used', async () => {
    const rateLimit = { limit: 100_000, windowSeconds: 60 };
    const id = await addLimited(rateLimit);
    const limiter = limiterOf();
    for (const [used, leased] of [
      [1, 1],
      [3, 3],
      [7, 7],
    ] as const) {
      for (let request = 0; request < 10 && (await leasedOf(id)) < leased; request++) await limiter.take(id, rateLimit);
      expect(await leasedOf(id)).toBe(used);
    }
  });

  it('ask the database of nothing once they know that no permit is left', async () => {
    const rateLimit = { limit: 1, windowSeconds: 60 };
    const id = await addLimited(rateLimit);
    const limiter = limiterOf();
    expect(await isAdmitted(limiter, id, rateLimit)).toBe(true);
    expect(limiter.canDecide(id, rateLimit)).toBe(true);
    expect(await countAdmitted(50, () => isAdmitted(limiter, id, rateLimit))).toBe(0);
    expect(lease).toHaveBeenCalledTimes(1);
  });
});

async function leasedOf(id: string): Promise<number> {
  const [row] = await dataSource.query<{ leased: number }[]>('SELECT leased FROM rate_limit_window WHERE id = $1', [
    id,
  ]);
  return row?.leased ?? 0;
}

describe('A window', () => {
  const rateLimit = { limit: 3, windowSeconds: 60 };
  let id: string;
  let limiter: RateLimiter;
  const admittedOf = (asked = limiter) => countAdmitted(20, () => isAdmitted(asked, id, rateLimit));

  beforeEach(async () => {
    id = await addLimited(rateLimit);
    limiter = limiterOf();
  });

  it('tells what is left and when it ends', async () => {
    jest.setSystemTime(NOON + 18_400);
    const standings: Standing[] = [await limiter.take(id, rateLimit), await limiter.take(id, rateLimit)];
    expect(standings).toEqual([
      { remaining: 2, resetSeconds: 42 },
      { remaining: 1, resetSeconds: 42 },
    ]);
    await limiter.take(id, rateLimit);
    expect(() => limiter.take(id, rateLimit)).toThrow(RateLimited);
    try {
      await limiter.take(id, rateLimit);
    } catch (error) {
      expect((error as RateLimited).headers).toEqual({
        'retry-after': '42',
        'ratelimit-policy': '"auth-header";q=3;w=60',
        ratelimit: '"auth-header";r=0;t=42',
      });
    }
  });

  it('restores the limit with its end, and nothing of the one before', async () => {
    expect(await admittedOf()).toBe(3);
    jest.advanceTimersByTime(MINUTE_MS - 1);
    expect(await admittedOf()).toBe(0);
    jest.advanceTimersByTime(1);
    expect(await admittedOf()).toBe(3);
    expect(await admittedOf(limiterOf())).toBe(0);
  });

  it('drops permits that were leased in it and not used', async () => {
    const high = { limit: 6400, windowSeconds: 60 };
    const held = await addLimited(high);
    for (let request = 0; request < 2000; request++) await limiter.take(held, high);
    expect(await leasedOf(held)).toBeGreaterThan(2000);
    jest.advanceTimersByTime(MINUTE_MS);
    expect(await limiter.take(held, high)).toMatchObject({ remaining: 6399 });
  });

  it('goes on where a process starts anew', async () => {
    await limiter.take(id, rateLimit);
    expect(await admittedOf(limiterOf())).toBe(2);
  });

  it.each([-5000, 5000])('is one for all, however the clock of a process has jumped: %i ms', async (jump) => {
    // The process reads another time than the database: what it admits is bounded by the leases alone.
    const other = limiterOf(-jump);
    expect(await admittedOf()).toBe(3);
    jest.setSystemTime(NOON + jump);
    expect(await admittedOf(other)).toBe(0);
  });

  it('ends at the latest when either clock of the process says so', async () => {
    await admittedOf();
    expect(limiter.canDecide(id, rateLimit)).toBe(true);
    // As after a suspension, in which the monotonic clock stands still.
    jest.setSystemTime(NOON + MINUTE_MS);
    expect(limiter.canDecide(id, rateLimit)).toBe(false);
  });

  it('counts on while the clock of the database is set back by seconds, and begins again after hours', async () => {
    jest.setSystemTime(NOON);
    expect(await admittedOf()).toBe(3);
    expect(await admittedOf(limiterOf(-10_000))).toBe(0);
    expect(await admittedOf(limiterOf(-3_600_000))).toBe(3);
  });
});

describe('A changed limit', () => {
  const before = { limit: 10, windowSeconds: 60 };
  const change = (id: string, { limit, windowSeconds }: RateLimit) =>
    dataSource.query('UPDATE auth_header SET request_limit = $1, limit_window_seconds = $2 WHERE id = $3', [
      limit,
      windowSeconds,
      id,
    ]);

  it.each([
    [15, 5],
    [4, 0],
    [10, 0],
  ])('counts what the window has admitted: at %i there are %i more', async (limit, more) => {
    const id = await addLimited(before);
    const limiter = limiterOf();
    expect(await countAdmitted(20, () => isAdmitted(limiter, id, before))).toBe(10);
    await change(id, { ...before, limit });
    const after = { ...before, limit };
    for (const asked of [limiter, limiterOf()]) {
      expect(await countAdmitted(20, () => isAdmitted(asked, id, after))).toBe(asked === limiter ? more : 0);
    }
  });

  it.each([
    { limit: 9, windowSeconds: 60 },
    { limit: 10, windowSeconds: 61 },
  ])('leases nothing to a process that has not heard of it: %j', async (after) => {
    const id = await addLimited(before);
    await change(id, after);
    await expect(limiterOf().take(id, before)).rejects.toThrow(OutdatedRateLimit);
    expect(await leasedOf(id)).toBe(0);
  });
});

describe('While the database does not answer', () => {
  const rateLimit = { limit: 1000, windowSeconds: 60 };

  it('requests wait together for two seconds at most, and later ones not at all', async () => {
    const asked = jest.fn(() => new Promise<never>(() => undefined));
    const limiter = limiterOf(0, { lease: asked });
    const waiting = Array.from({ length: 50 }, async () => limiter.take('id', rateLimit));
    const settled = Promise.allSettled(waiting);
    await jest.advanceTimersByTimeAsync(2000);
    for (const { status, ...result } of await settled) {
      expect([status, result]).toEqual(['rejected', { reason: new ApiError('unavailable') }]);
    }
    expect(() => limiter.take('id', rateLimit)).toThrow(new ApiError('unavailable'));
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('uses the permits at hand, and what arrives late', async () => {
    const id = await addLimited(rateLimit);
    let isSlow = false;
    const slowly = async (request: Parameters<RateLimitWindowRepository['lease']>[0]) => {
      if (isSlow) await new Promise((done) => setTimeout(done, 3000));
      return rows.lease(request);
    };
    const limiter = limiterOf(0, { lease: slowly });
    for (let request = 0; request < 2; request++) await limiter.take(id, rateLimit);
    isSlow = true;
    // The third was leased with the second.
    expect(limiter.take(id, rateLimit)).toMatchObject({ remaining: 997 });
    const late = expect(limiter.take(id, rateLimit)).rejects.toMatchObject({ code: 'unavailable' });
    await jest.advanceTimersByTimeAsync(3000);
    await late;
    // The database takes what time it takes, and Jest's limit bounds the wait.
    while (!limiter.canDecide(id, rateLimit)) await new Promise((done) => setImmediate(done));
    expect(limiter.take(id, rateLimit)).not.toBeInstanceOf(Promise);
  });

  it('passes its error on, and asks again for the next request', async () => {
    const lost = new Error('away');
    const asked = jest.fn().mockRejectedValueOnce(lost);
    asked.mockResolvedValueOnce({ permits: 1, leasedOfAll: 1, endsMs: NOON + MINUTE_MS });
    const limiter = limiterOf(0, { lease: asked });
    await expect(limiter.take('id', rateLimit)).rejects.toBe(lost);
    expect(await limiter.take('id', rateLimit)).toMatchObject({ remaining: 999 });
  });

  it('serves nobody with a permit whose window has ended on the way', async () => {
    const asked = jest.fn(() => Promise.resolve({ permits: 1, leasedOfAll: 1, endsMs: NOON - 1 }));
    const limiter = limiterOf(0, { lease: asked });
    await expect(limiter.take('id', rateLimit)).rejects.toMatchObject({ code: 'unavailable' });
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('leases for a thousand auth headers at once, and refuses more', async () => {
    const limiter = limiterOf(0, { lease: () => new Promise<never>(() => undefined) });
    const waiting = Array.from({ length: 1000 }, async (_, number) => limiter.take(`id ${number}`, rateLimit));
    expect(() => limiter.take('another', rateLimit)).toThrow(new ApiError('unavailable'));
    const settled = Promise.allSettled(waiting);
    await jest.advanceTimersByTimeAsync(2000);
    await settled;
  });
});
