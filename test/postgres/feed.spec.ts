import pg from 'pg';
import type { PostgresAddress } from '../../src/config/database-address.js';
import { readDatabaseUrl } from '../../src/config/database-url.js';
import { openDatabase } from '../../src/database/data-source.js';
import { PostgresConnection } from '../../src/database/postgres/postgres-connection.js';
import { PostgresDatabase } from '../../src/database/postgres/postgres-database.js';
import { PostgresRevocationSource } from '../../src/database/postgres/postgres-revocation-source.js';
import type { RevocationPoll } from '../../src/database/revocation-source.js';
import { makeFolderDatabase } from '../support/folder-database.js';
import { postgresUrl } from '../support/launch.js';
import { newFolder } from '../support/server.js';

const INSERTION = "INSERT INTO revocation (at, kind, user_id) VALUES ('2026-01-01T00:00:00.000Z', 'user', $1)";
const SETTINGS = { databasePrepared: true, databasePoolMax: 10 };

let url: string;
let address: PostgresAddress;
let source: PostgresRevocationSource;
let clients: pg.Client[];

beforeAll(async () => {
  url = await makeFolderDatabase(postgresUrl(), newFolder());
  address = readDatabaseUrl(url) as PostgresAddress;
  await (await openDatabase(new PostgresDatabase(address, SETTINGS))).destroy();
});

beforeEach(() => {
  clients = [];
  source = new PostgresRevocationSource(new PostgresConnection(address, SETTINGS));
});

afterEach(async () => {
  await source.close();
  for (const client of clients) await client.end();
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  clients.push(client);
  return client;
}

function idsOf({ rows, isComplete }: RevocationPoll): (string | null)[] {
  expect(isComplete).toBe(true);
  return rows.map(({ userId }) => userId);
}

/** A poll of each wrong kind, to show that these tests tell it from the right one. */
const MUTANTS: Record<string, (client: pg.Client) => () => Promise<(string | null)[]>> = {
  'id > last': (client) => {
    let last = '0';
    return async () => {
      const { rows } = await client.query<{ id: string; user_id: string }>(
        'SELECT id, user_id FROM revocation WHERE id > $1 ORDER BY id',
        [last],
      );
      last = rows.at(-1)?.id ?? last;
      return rows.map(({ user_id }) => user_id);
    };
  },
  'xmin fence': (client) => {
    let last = '0';
    return async () => {
      const { rows } = await client.query<{ fence: string; user_id: string | null }>(
        `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS fence, r.user_id FROM (VALUES (1)) v LEFT JOIN revocation r
         ON r.xid >= $1::xid8 AND r.xid < pg_snapshot_xmin(pg_current_snapshot())`,
        [last],
      );
      last = rows[0]?.fence ?? last;
      return rows.flatMap(({ user_id }) => user_id ?? []);
    };
  },
};

describe('The feed of PostgreSQL', () => {
  it('begins with nothing remembered, and tells then what is committed, once', async () => {
    expect(await source.poll()).toMatchObject({ rows: [], isComplete: false });
    expect(idsOf(await source.poll())).toEqual([]);
    const writer = await connect();
    await writer.query(INSERTION, ['a']);
    expect(await source.poll()).toMatchObject({
      rows: [{ kind: 'user', userId: 'a', subjectId: null }],
      isComplete: true,
    });
    expect(idsOf(await source.poll())).toEqual([]);
  });

  it('tells what commits out of order, at its commit, and nothing that is rolled back', async () => {
    const [early, late, lost] = [await connect(), await connect(), await connect()];
    await source.poll();
    for (const client of [early, lost]) await client.query('BEGIN');
    await early.query(INSERTION, ['early']);
    await lost.query(INSERTION, ['lost']);
    await late.query(INSERTION, ['late']);
    expect(idsOf(await source.poll())).toEqual(['late']);
    // Newer transactions come and go, and the snapshots move on.
    for (const id of ['x', 'y', 'z']) {
      await late.query(INSERTION, [id]);
      expect(idsOf(await source.poll())).toEqual([id]);
    }
    await early.query('COMMIT');
    await lost.query('ROLLBACK');
    expect(idsOf(await source.poll())).toEqual(['early']);
    expect(idsOf(await source.poll())).toEqual([]);
  });

  it('tells a row of a savepoint at the commit of its transaction', async () => {
    const writer = await connect();
    await source.poll();
    await writer.query('BEGIN');
    await writer.query('SAVEPOINT s');
    await writer.query(INSERTION, ['kept']);
    await writer.query('RELEASE SAVEPOINT s');
    await writer.query('SAVEPOINT t');
    await writer.query(INSERTION, ['undone']);
    await writer.query('ROLLBACK TO SAVEPOINT t');
    expect(idsOf(await source.poll())).toEqual([]);
    await writer.query('COMMIT');
    expect(idsOf(await source.poll())).toEqual(['kept']);
  });

  it('is held up by no transaction that stays open', async () => {
    const [idle, writer] = [await connect(), await connect()];
    await idle.query('BEGIN');
    await idle.query('SELECT pg_current_xact_id()');
    await source.poll();
    await writer.query(INSERTION, ['meanwhile']);
    expect(idsOf(await source.poll())).toEqual(['meanwhile']);
  });

  it('misses and repeats nothing of writers that commit in any order', async () => {
    const writers = await Promise.all(Array.from({ length: 8 }, connect));
    await source.poll();
    const committed: string[] = [];
    const told: (string | null)[] = [];
    const written = new AbortController();
    const work = Promise.all(
      writers.map(async (writer, index) => {
        for (let round = 0; round < 25; round++) {
          const id = `${index}-${round}`;
          await writer.query('BEGIN');
          await writer.query(INSERTION, [id]);
          await new Promise((done) => setTimeout(done, (index * round) % 7));
          const isCommitted = round % 10 !== 9;
          await writer.query(isCommitted ? 'COMMIT' : 'ROLLBACK');
          if (isCommitted) committed.push(id);
        }
      }),
    ).finally(() => {
      written.abort();
    });
    while (!written.signal.aborted) told.push(...idsOf(await source.poll()));
    await work;
    told.push(...idsOf(await source.poll()));
    expect(told.toSorted()).toEqual(committed.toSorted());
  });

  it('is what a cursor by ids and a fence at the oldest transaction are not', async () => {
    const [early, late, idle, reader] = [await connect(), await connect(), await connect(), await connect()];
    const byId = MUTANTS['id > last']?.(reader);
    const fenced = MUTANTS['xmin fence']?.(reader);
    await byId?.();
    await early.query('BEGIN');
    await early.query(INSERTION, ['early']);
    await late.query(INSERTION, ['late']);
    expect(await byId?.()).toEqual(['late']);
    await early.query('COMMIT');
    expect(await byId?.()).toEqual([]);
    await fenced?.();
    await idle.query('BEGIN');
    await idle.query('SELECT pg_current_xact_id()');
    await fenced?.();
    await late.query(INSERTION, ['fenced']);
    expect(await fenced?.()).toEqual([]);
  });

  it('forgets everything after more rows than it reads, in another epoch, and after commits were lost', async () => {
    const writer = await connect();
    await source.poll();
    await writer.query(
      `INSERT INTO revocation (at, kind, user_id) SELECT '', 'user', n FROM generate_series(1, 1001) AS n`,
    );
    expect(await source.poll()).toMatchObject({ rows: [], isComplete: false });
    expect(idsOf(await source.poll())).toEqual([]);
    await writer.query("UPDATE revocation_epoch SET epoch = 'restored'");
    expect(await source.poll()).toMatchObject({ rows: [], isComplete: false });
    expect(idsOf(await source.poll())).toEqual([]);
    // As after a failover to a standby that had not received the last ones.
    const { cursor } = source as unknown as { cursor: { snapshot: { xmax: bigint } } };
    cursor.snapshot = { ...cursor.snapshot, xmax: cursor.snapshot.xmax + 1000n };
    expect(await source.poll()).toMatchObject({ rows: [], isComplete: false });
  });

  it('rejects while its connection is lost, and tells afterwards what was committed meanwhile', async () => {
    const [writer, other] = [await connect(), await connect()];
    await source.poll();
    await other.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE '%pg_current_snapshot%' AND pid <> pg_backend_pid()`,
    );
    await writer.query(INSERTION, ['meanwhile']);
    const polls = await Promise.allSettled([source.poll().catch(() => source.poll())]);
    expect(polls.map((poll) => poll.status === 'fulfilled' && idsOf(poll.value))).toEqual([['meanwhile']]);
  });

  it('gives up a poll that is not answered in half a second, and asks on another connection', async () => {
    const [blocker, writer] = [await connect(), await connect()];
    await source.poll();
    await writer.query(INSERTION, ['before']);
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE revocation_epoch IN ACCESS EXCLUSIVE MODE');
    await expect(source.poll()).rejects.toThrow('does not answer');
    await blocker.query('ROLLBACK');
    expect(idsOf(await source.poll())).toEqual(['before']);
  });

  it('leaves no connection when it is closed while it connects', async () => {
    const poll = source.poll();
    await source.close();
    await expect(poll).rejects.toThrow('does not answer');
    await expect(source.poll()).rejects.toThrow('does not answer');
    const other = await connect();
    const { rows } = await other.query(
      'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    expect(rows).toEqual([]);
  });

  it('forgets everything at each new connection where it may not ask for the timeline', async () => {
    const user = `no_timeline_${process.pid}`;
    const admin = await connect();
    await admin.query(`CREATE ROLE ${user} LOGIN PASSWORD 'x'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${user}`);
    await admin.query('REVOKE EXECUTE ON FUNCTION pg_walfile_name(pg_lsn) FROM public');
    const restricted = new PostgresRevocationSource(
      new PostgresConnection({ ...address, user, password: 'x' }, SETTINGS),
    );
    try {
      await restricted.poll().catch(() => undefined);
      await restricted.poll();
      expect((await restricted.poll()).isComplete).toBe(true);
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [user]);
      const poll = await restricted.poll().catch(() => restricted.poll());
      expect(poll.isComplete).toBe(false);
    } finally {
      await restricted.close();
      await admin.query('GRANT EXECUTE ON FUNCTION pg_walfile_name(pg_lsn) TO public');
      await admin.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
    }
  });
});
