import { join } from 'node:path';
import type { DataSource, EntityManager } from 'typeorm';
import { dataSourceOptions, openDatabase } from '../src/database/data-source.js';
import { GroupCommit } from '../src/database/group-commit.js';
import { Kitten } from '../src/database/entities/kitten.entity.js';
import { type AuthHeaderAnswer, Client } from './support/client.js';
import { dumpFiles, TestDatabase } from './support/database.js';
import { ADMIN, newFolder, startServer, type TestServer } from './support/server.js';

const kitten = (id: number): Kitten => ({ id, name: `k${id}`, breed: '', fluffiness: 0, cuteness: 0, deleted: null });

const shared = new WeakMap<DataSource, GroupCommit>();

const ways: Record<string, (manager: EntityManager, row: Kitten) => Promise<unknown>> = {
  'insert()': (manager, row) => manager.insert(Kitten, row),
  'save()': (manager, row) => manager.save(Kitten, manager.create(Kitten, row)),
  'transaction()': (manager, row) =>
    manager.transaction(async (inner) => {
      await inner.insert(Kitten, row);
    }),
  'a shared transaction': ({ connection }, row) =>
    shared.get(connection)?.run((inner) => inner.insert(Kitten, row)) ?? Promise.reject(new Error('not shared')),
};

describe('An acknowledged write is never lost', () => {
  let dataSource: DataSource;

  beforeAll(async () => {
    const sqliteFile = join(newFolder(), 'personas.sqlite');
    dataSource = await openDatabase(dataSourceOptions({ sqliteFile }));
    shared.set(dataSource, new GroupCommit(dataSource));
    // A trigger fails every fifth insert late, when its transaction is open: its ROLLBACK must undo nobody else's row.
    await dataSource.query(`CREATE TRIGGER fail_some AFTER INSERT ON kitten WHEN NEW.id % 5 = 0
      BEGIN SELECT RAISE(ROLLBACK, 'refused'); END`);
  });

  afterAll(() => dataSource.destroy());

  beforeEach(() => dataSource.query('DELETE FROM kitten'));

  /** 400 writes at once, a fifth of them failing; how many were acknowledged and how many of those are there. */
  async function race(write: (manager: EntityManager, row: Kitten) => Promise<unknown>): Promise<[number, number]> {
    const ids = Array.from({ length: 400 }, (_, index) => index + 1);
    const outcomes = await Promise.allSettled(
      ids.map(async (id) => {
        await new Promise((resolve) => setTimeout(resolve, id % 4));
        await write(dataSource.manager, kitten(id));
        return id;
      }),
    );
    const acknowledged = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const kept = new Set((await dataSource.manager.find(Kitten)).map(({ id }) => id));
    return [acknowledged.length, acknowledged.filter((id) => kept.has(id)).length];
  }

  it.each(Object.entries(ways))('by %s, with failing writes among them', async (_, write) => {
    expect(await race(write)).toEqual([320, 320]);
  });

  it('when every way of writing is used at once', async () => {
    const all = Object.values(ways);
    const mixed = (manager: EntityManager, row: Kitten) => (all[row.id % all.length] ?? all[0])?.(manager, row);
    expect(await race(async (manager, row) => mixed(manager, row))).toEqual([320, 320]);
  });

  it('shows no request the uncommitted rows of another', async () => {
    let seen: Promise<number> | undefined;
    await dataSource.transaction(async (manager) => {
      await manager.insert(Kitten, kitten(1));
      seen = dataSource.manager.count(Kitten);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await manager.insert(Kitten, kitten(2));
    });
    expect(await seen).toBe(2);
  });
});

describe('Changes that come at once', () => {
  let dataSource: DataSource;
  let transactions: GroupCommit;

  beforeAll(async () => {
    dataSource = await openDatabase(dataSourceOptions({ sqliteFile: join(newFolder(), 'personas.sqlite') }));
    transactions = new GroupCommit(dataSource);
  });

  afterAll(() => dataSource.destroy());

  beforeEach(() => dataSource.query('DELETE FROM kitten'));

  async function ids(): Promise<number[]> {
    return (await dataSource.manager.find(Kitten, { order: { id: 'ASC' } })).map(({ id }) => id);
  }

  it('share few transactions, and each sees what those before it did', async () => {
    const begun = jest.spyOn(dataSource, 'transaction');
    const counts = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        transactions.run(async (manager) => {
          await manager.insert(Kitten, kitten(index + 1));
          return manager.count(Kitten);
        }),
      ),
    );
    expect(counts).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(begun.mock.calls.length).toBeLessThan(5);
    begun.mockRestore();
  });

  it('are separate: one that fails leaves nothing, and takes none of the others with it', async () => {
    const change = (id: number) =>
      transactions.run(async (manager) => {
        await manager.insert(Kitten, kitten(id));
        if (id % 3 === 0) throw new Error(`no ${id}`);
        return id;
      });
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map(change));
    const told = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as Error).message,
    );
    expect(told).toEqual([1, 2, 'no 3', 4, 5, 'no 6', 7]);
    expect(await ids()).toEqual([1, 2, 4, 5, 7]);
  });

  it('are refused when they cannot be committed, and none of them is there', async () => {
    const runner = dataSource.createQueryRunner();
    const commit = jest.spyOn(Object.getPrototypeOf(runner) as typeof runner, 'commitTransaction');
    await runner.release();
    commit.mockRejectedValueOnce(new Error('disk full'));
    commit.mockRejectedValueOnce(new Error('disk full'));
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map((id) => transactions.run((manager) => manager.insert(Kitten, kitten(id)))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    commit.mockRestore();
    expect(await ids()).toEqual([]);
    await transactions.run((manager) => manager.insert(Kitten, kitten(4)));
    expect(await ids()).toEqual([4]);
  });
});

describe('The schema comes from migrations alone', () => {
  it('and they leave no difference from the entities; undone, they leave nothing', async () => {
    const dataSource = await openDatabase(dataSourceOptions({ sqliteFile: join(newFolder(), 'personas.sqlite') }));
    const difference = await dataSource.driver.createSchemaBuilder().log();
    expect(difference.upQueries.map(({ query }) => query)).toEqual([]);
    const migrations = await dataSource.query<unknown[]>('SELECT * FROM migrations');
    for (let left = migrations.length; left > 0; left--) await dataSource.undoLastMigration();
    const tables = await dataSource.query<{ name: string }[]>(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('migrations', 'sqlite_sequence')`,
    );
    expect(tables).toEqual([]);
    await dataSource.destroy();
  });

  it('and writes reach the disk before they are acknowledged', async () => {
    const dataSource = await openDatabase(dataSourceOptions({ sqliteFile: join(newFolder(), 'personas.sqlite') }));
    expect(await dataSource.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await dataSource.query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await dataSource.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    await dataSource.destroy();
  });
});

describe('What a stolen database yields', () => {
  it('is no token, no private key and no password', async () => {
    const server = await startServer({ folder: newFolder() });
    const client = await Client.of(server);
    const jwt = await client.logIn();
    const tokens = await Promise.all(
      Array.from({ length: 5 }, async (_, index) => (await client.addAuthHeader(jwt, { name: `n${index}` })).token),
    );
    await client.get('/user/me', tokens[0]);
    const before = dumpFiles(server);
    await server.stop();
    for (const dump of [before, dumpFiles(server)]) {
      const text = dump.toString('latin1');
      expect(text).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
      expect(text).toContain('n4');
      expect(text).not.toContain(ADMIN.password);
      expect(text).not.toContain(jwt);
      expect(text).not.toContain(jwt.split('.')[2]);
      for (const token of tokens) {
        expect(text).not.toContain(token);
        expect(text).not.toContain(token.slice(3, 33));
        expect(text).not.toContain(Buffer.from(token).toString('base64url'));
      }
      expect(text).not.toMatch(/PRIVATE KEY|"d":/);
      // The first bytes of every PKCS #8 RSA key of this size, as they are and in base64.
      expect(dump.includes(Buffer.from('308206fe020100300d06092a864886f70d', 'hex'))).toBe(false);
      expect(text).not.toContain('MIIG_gIBADANBgkqhkiG9w0');
    }
  });
});

describe('Processes on one file', () => {
  let folder: string;
  let servers: TestServer[];

  beforeAll(async () => {
    folder = newFolder();
    servers = await Promise.all([startServer({ folder }), startServer({ folder })]);
  });

  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  it('start together on an empty folder and agree on the secret, the keys and the first administrator', async () => {
    const [one, other] = await Promise.all(servers.map((server) => Client.of(server)));
    const jwt = await one?.logIn();
    expect((await other?.get('/user/me', jwt))?.status).toBe(200);
    const [server] = servers;
    if (server === undefined) throw new Error('no server');
    const database = await TestDatabase.of(server);
    expect(await database.query('SELECT username FROM user')).toEqual([{ username: 'admin' }]);
    expect(await database.query('SELECT state FROM signing_key')).toEqual([{ state: 'active' }]);
    await database.close();
  });

  it('wait for each other and lose nothing', async () => {
    const clients = await Promise.all(servers.map((server) => Client.of(server)));
    const jwts = await Promise.all(clients.map((client) => client.logIn()));
    const added = await Promise.all(
      Array.from({ length: 120 }, async (_, index) => {
        const which = index % clients.length;
        return (await clients[which]?.addAuthHeader(jwts[which] ?? '', { name: `p${index}` }))?.id;
      }),
    );
    const listed = await clients[0]?.get<AuthHeaderAnswer[]>('/authheader/list', jwts[0]);
    const ids = new Set(listed?.body.map(({ id }) => id));
    expect(added.filter((id) => id === undefined || !ids.has(id))).toEqual([]);
  });
});
