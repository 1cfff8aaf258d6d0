import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { PruningClock } from '../src/database/pruning-clock.js';
import { Client } from './support/client.js';
import { run } from './support/command-line.js';
import { TestDatabase } from './support/database.js';
import { openDatabaseOf } from './support/open-database.js';
import { newFolder, startServer, type TestServer } from './support/server.js';
import { shiftedClock } from './support/shifted-clock.js';

const DAY_MS = 86_400_000;
const WAIT_LIMIT_MS = 30_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
const idOf = (moment: string): string => uuidv7({ msecs: Date.parse(moment) });
const AHEAD = shiftedClock(400 * DAY_MS);

async function printed(server: TestServer, text: string | RegExp): Promise<string> {
  const begun = performance.now();
  while (server.output().search(text) === -1) {
    if (performance.now() - begun > WAIT_LIMIT_MS) throw new Error(`Not printed: ${String(text)}\n${server.output()}`);
    await sleep(20);
  }
  return server.output();
}

/** Runs a server until an act is over. */
async function during(
  folder: string,
  env: Readonly<Record<string, string>>,
  act: (server: TestServer, client: Client) => Promise<unknown>,
): Promise<void> {
  const server = await startServer({ folder, env });
  await act(server, await Client.of(server));
  await server.stop();
}

describe('A clock that is ahead', () => {
  let first: TestServer;
  let database: TestDatabase;

  beforeAll(async () => {
    first = await startServer();
    await (await Client.of(first)).logIn();
    await first.stop();
    database = await TestDatabase.of(first);
  });

  afterAll(() => database.close());

  async function keep(kind: string, eventAt: string, sessionEnd: string): Promise<void> {
    await database.query(
      `INSERT INTO audit_event (id, at, action, outcome, username, credential, ip, user_agent, detail)
       VALUES (?, ?, 'login', 'success', ?, 'jwt', '', '', '')`,
      idOf(eventAt),
      eventAt,
      kind,
    );
    await database.query(
      `INSERT INTO session (id, user_id, created, expires, ip, network, user_agent)
       SELECT ?, id, ?, ?, '', '', ? FROM "user" LIMIT 1`,
      idOf(sessionEnd),
      sessionEnd,
      sessionEnd,
      kind,
    );
  }

  async function kept(): Promise<unknown[]> {
    const [counts] = await database.query<{ events: number; sessions: number; keys: number }>(
      `SELECT (SELECT COUNT(*) FROM audit_event) AS events, (SELECT COUNT(*) FROM session) AS sessions,
        (SELECT COUNT(*) FROM signing_key) AS keys`,
    );
    return [counts?.events, counts?.sessions, counts?.keys];
  }

  it('deletes nothing that the right clock would keep, and the log tells what was deleted', async () => {
    await keep('young', daysAgo(364), daysAgo(89));
    await database.query(
      `INSERT INTO signing_key (id, algorithm, state, sealed_key, created, retired)
       SELECT 'retired', algorithm, 'retired', '', created, ? FROM signing_key`,
      daysAgo(0),
    );
    const [events, sessions, keys] = (await kept()) as number[];
    await keep('old', daysAgo(366), daysAgo(91));
    await database.query(
      `INSERT INTO login_throttle VALUES ('pair:old', 1, ?), ('pair:in-force', 1, ?)`,
      daysAgo(2),
      daysAgo(-1 / 24),
    );
    await database.query(
      `INSERT INTO challenge (id, token_hash, purpose, attempts, expires)
       VALUES ('old', 'old', 'second-factor', 0, ?), ('open', 'open', 'second-factor', 0, ?)`,
      daysAgo(2),
      daysAgo(-1 / 24),
    );

    // Twice, with rows of that time in between: they are no sign that the clock is right.
    await during(first.folder, AHEAD, async (server, client) => {
      const output = await printed(server, 'The clock is days ahead');
      expect(output).toMatch(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z LOG \[Housekeeping\] Deleted rows .*: audit events 1, sessions 1$/m,
      );
      await client.logIn();
    });
    await during(first.folder, AHEAD, (server) => printed(server, 'The clock is days ahead'));
    expect(
      await database.query(`SELECT budget FROM login_throttle WHERE budget IN ('pair:old', 'pair:in-force')`),
    ).toEqual([{ budget: 'pair:in-force' }]);
    expect(await database.query('SELECT id FROM challenge')).toEqual([{ id: 'open' }]);
    expect(await kept()).toEqual([(events ?? 0) + 1, (sessions ?? 0) + 1, keys]);
    expect(await database.query(`SELECT user_agent FROM session WHERE user_agent IN ('young', 'old')`)).toEqual([
      { user_agent: 'young' },
    ]);
  });

  it('that was set right leaves lists in the order of what happened, and new rows after those that a reader knows', async () => {
    const [known] = await database.query<{ id: string; at: string }>('SELECT id, at FROM audit_event ORDER BY id DESC');
    expect(Date.parse(known?.at ?? '')).toBeGreaterThan(Date.now() + 300 * DAY_MS);
    await run(first, ['user', 'disable', 'nobody']);
    let listed: { action: string }[] = [];
    await during(first.folder, {}, async (_, client) => {
      const jwt = await client.logIn();
      await run(first, ['user', 'add', '--username', 'eve', '--email', 'eve@example.com']);
      ({ body: listed } = await client.get<typeof listed>('/audit/list?limit=2', jwt));
    });
    const added = await database.query<{ action: string }>(
      `SELECT action FROM audit_event WHERE id > ? ORDER BY id`,
      known?.id,
    );
    expect(added.map(({ action }) => action)).toEqual(['login', 'user.add']);
    expect(listed.map(({ action }) => action)).toEqual(['user.add', 'login']);
  });

  it('leaves no signing key that cannot sign, or be deleted, until that time', async () => {
    expect((await run(first, ['key', 'rotate'], { env: AHEAD })).code).toBe(1);
    await database.query(`UPDATE signing_key SET retired = ? WHERE id = 'retired'`, daysAgo(-400));
    const { code, stderr } = await run(first, ['key', 'rotate']);
    const readyAt = /until (\S+) a service/.exec(stderr)?.[1] ?? '';
    expect([code, Math.abs(Date.parse(readyAt) - Date.now()) < 600_000]).toEqual([1, true]);
    expect(await database.query('SELECT id FROM signing_key WHERE retired > ?', daysAgo(-1))).toEqual([]);
    await database.query(`UPDATE signing_key SET created = ? WHERE state = 'next'`, daysAgo(1));
    expect((await run(first, ['key', 'rotate'])).stderr).toBe('');
  });
});

describe('A clock that is behind', () => {
  it('by some minutes, has no signing key sign or deleted earlier, once it is right again', async () => {
    const env = { JWT_ALGORITHM: 'ES256', ...shiftedClock(-40 * 60_000) };
    const server = await startServer({ env });
    await run(server, ['key', 'rotate'], { env });
    const database = await TestDatabase.of(server);
    await database.query(
      `INSERT INTO signing_key (id, algorithm, state, sealed_key, created, retired)
       SELECT 'retired', algorithm, 'retired', '', created, ? FROM signing_key WHERE state = 'active'`,
      daysAgo(0),
    );
    await database.query(`UPDATE signing_key SET created = ? WHERE state = 'next'`, daysAgo(0));
    const moments = () => database.query('SELECT id, created, retired FROM signing_key ORDER BY id');
    const before = await moments();
    expect((await run(server, ['key', 'rotate'], { env })).stderr).toContain('a service may hold a key set without it');
    expect(await moments()).toEqual(before);
    await Promise.all([database.close(), server.stop()]);
  });
});

describe('The clock of deletion', () => {
  const START = Date.UTC(2030, 0, 15);
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = await openDatabaseOf(newFolder());
  });

  afterAll(() => dataSource.destroy());

  beforeEach(async () => {
    for (const table of ['witnessed_moment', 'audit_event']) await dataSource.query(`DELETE FROM ${table}`);
    jest.useFakeTimers({
      now: START,
      doNotFake: ['nextTick', 'setImmediate', 'setInterval', 'setTimeout', 'clearTimeout', 'queueMicrotask', 'hrtime'],
    });
    await new PruningClock(dataSource).advance('start');
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const daysSince = async (clock: PruningClock) => ((await clock.now()).getTime() - START) / DAY_MS;

  it('is that of the system while a server runs', async () => {
    const clock = new PruningClock(dataSource);
    await clock.now();
    jest.advanceTimersByTime(1000 * DAY_MS);
    expect(await daysSince(clock)).toBe(1000);
  });

  it.each([
    ['before its start', true],
    ['while it runs', false],
  ])(
    'follows a clock that jumped %s by one day with each hour, and ends at the time of the system',
    async (_, isBefore) => {
      const clock = new PruningClock(dataSource);
      if (!isBefore) await clock.now();
      jest.setSystemTime(START + 5.5 * DAY_MS);
      const days = [await daysSince(clock)];
      for (let hour = 0; hour < 8; hour++) {
        await clock.advance('hour');
        days.push(await daysSince(clock));
      }
      expect(days).toEqual([0, 1, 2, 3, 4, 5, 5.5, 5.5, 5.5]);
      expect(await daysSince(new PruningClock(dataSource))).toBe(5.5);
    },
  );

  it.each(['start', 'hour', 'stop'] as const)(
    'is never ahead of the system, and keeps what it has witnessed in a run (%s) with a clock that is behind',
    async (occasion) => {
      jest.setSystemTime(START - 300 * DAY_MS);
      const behind = new PruningClock(dataSource);
      for (const when of ['start', occasion, 'stop'] as const) await behind.advance(when);
      expect(await daysSince(behind)).toBe(-300);
      jest.setSystemTime(START + DAY_MS);
      expect(await daysSince(behind)).toBe(0);
      const right = new PruningClock(dataSource);
      await right.advance('start');
      expect(await daysSince(right)).toBe(1);
    },
  );

  it('is days ahead at most after hours with a clock that is years ahead', async () => {
    jest.setSystemTime(START + 900 * DAY_MS);
    const ahead = new PruningClock(dataSource);
    for (const when of ['start', 'hour', 'hour', 'stop'] as const) await ahead.advance(when);
    jest.setSystemTime(START);
    expect(await daysSince(new PruningClock(dataSource))).toBe(0);
    jest.setSystemTime(START + 900 * DAY_MS);
    expect(await daysSince(new PruningClock(dataSource))).toBe(2);
  });

  it.each([
    [1, 1],
    [1.1, 0],
    [400, 0],
  ])(
    'after starts and stops %d days later, is that of %d days later: it believes an absence of one day',
    async (days, believed) => {
      jest.setSystemTime(START + days * DAY_MS);
      for (let run = 0; run < 10; run++) {
        const clock = new PruningClock(dataSource);
        await clock.advance('start');
        await clock.advance('stop');
      }
      expect(await daysSince(new PruningClock(dataSource))).toBe(believed);
    },
  );

  it('begins at the newest event of a database that an earlier version has left', async () => {
    await dataSource.query('DELETE FROM witnessed_moment');
    await dataSource.query(
      `INSERT INTO audit_event (id, at, action, outcome, username, credential, ip, user_agent, detail)
       VALUES ('a', $1, 'login', 'success', '', 'jwt', '', '', '')`,
      [new Date(START - 2 * DAY_MS).toISOString()],
    );
    expect(await daysSince(new PruningClock(dataSource))).toBe(-2);
  });
});
