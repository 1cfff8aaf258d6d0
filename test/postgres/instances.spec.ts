import { LOGIN_LIMITS } from '../../src/login/login-limits.js';
import { evaluated } from '../support/attempts.js';
import { begin, complete, enrol } from '../support/authenticator.js';
import { makeFolderDatabase } from '../support/folder-database.js';
import { type Answer, Client } from '../support/client.js';
import { TestDatabase } from '../support/database.js';
import { postgresUrl } from '../support/launch.js';
import { ADMIN, newFolder, startServer, type TestServer } from '../support/server.js';

const STARTS = 5;
const SECRET_KEY = 'correct horse battery staple, and more';
const NO_PASSWORD = { BOOTSTRAP_PASSWORD: '' };

describe('Five instances that start at once on an empty database', () => {
  it('all come up, with one history of migrations, one signing key and one administrator', async () => {
    const folder = newFolder();
    const DATABASE_URL = await makeFolderDatabase(postgresUrl(), folder);
    const env = { DATABASE_URL, SECRET_KEY, ...NO_PASSWORD };
    const servers = await Promise.all(Array.from({ length: STARTS }, () => startServer({ env })));
    const shown = servers.map(
      (server) => /The first administrator is admin, password (\S+)/.exec(server.output())?.[1],
    );
    const passwords = shown.filter((password) => password !== undefined);
    expect(passwords).toHaveLength(1);
    const database = await TestDatabase.of({ folder });
    expect(await database.query('SELECT username FROM "user"')).toEqual([{ username: 'admin' }]);
    expect(await database.query('SELECT state FROM signing_key')).toEqual([{ state: 'active' }]);
    const names = await database.query<{ name: string }>('SELECT name FROM migrations');
    expect(new Set(names.map(({ name }) => name)).size).toBe(names.length);
    await database.close();
    const [one, other] = await Promise.all(servers.slice(-2).map((server) => Client.of(server)));
    const login = await one?.post<{ Token: string }>('/user/login', { username: 'admin', password: passwords[0] });
    expect((await other?.get('/user/me', login?.body.Token))?.status).toBe(200);
    await Promise.all(servers.map((server) => server.stop()));
  });
});

describe('Two instances', () => {
  let folder: string;
  let servers: TestServer[];
  let clients: Client[];
  let database: TestDatabase;

  beforeAll(async () => {
    folder = newFolder();
    await makeFolderDatabase(postgresUrl(), folder);
    servers = await Promise.all([startServer({ folder }), startServer({ folder })]);
    clients = await Promise.all(servers.map((server) => Client.of(server)));
    database = await TestDatabase.of({ folder });
  });

  afterAll(async () => {
    await database.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  async function deadlocks(): Promise<number> {
    // Sessions report what they counted with some delay, or when they are asked to.
    await database.query('SELECT pg_stat_clear_snapshot()');
    const [row] = await database.query<{ deadlocks: number }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    return row?.deadlocks ?? 0;
  }

  /** The same on each instance in turn. */
  function spread<T>(count: number, call: (client: Client, index: number) => Promise<T>): Promise<T[]> {
    const [first] = clients;
    if (first === undefined) throw new Error('no client');
    return Promise.all(
      Array.from({ length: count }, (_, index) => call(clients[index % clients.length] ?? first, index)),
    );
  }

  const statuses = (answers: readonly Answer[]) => [...new Set(answers.map(({ status }) => status))].sort();

  it('accept a code of an authenticator app once, and a recovery code once, when both get it at the same time', async () => {
    const [one, other] = clients;
    if (one === undefined || other === undefined) throw new Error('Two instances are needed');
    await database.addUser('tess');
    const { app, recoveryCodes } = await enrol(one, await one.logIn('tess'));
    for (const otp of [app.code(1), ...recoveryCodes.slice(0, 3)]) {
      const tokens = [await begin(one, 'tess', ADMIN.password), await begin(other, 'tess', ADMIN.password)];
      const [first = '', second = ''] = tokens.map(({ body }) => body.secondFactor.token);
      const answers = await Promise.all([complete(one, first, otp), complete(other, second, otp)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    }
    const begun = await begin(one, 'tess', ADMIN.password);
    const { token } = begun.body.secondFactor;
    const codes = recoveryCodes.slice(4, 6);
    const answers = await Promise.all(codes.map((code, index) => complete([one, other][index] ?? one, token, code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('keep an administrator when two of them disable each other at once', async () => {
    for (let round = 0; round < 5; round++) {
      const [a, b] = await Promise.all(['a', 'b'].map((name) => database.addUser(`${name}-${round}`, ['admin'])));
      const jwts = await Promise.all([`a-${round}`, `b-${round}`].map(async (name) => clients[0]?.logIn(name)));
      await database.query(`UPDATE "user" SET disabled = created WHERE id NOT IN (?, ?)`, a, b);
      const answers = await spread(2, (client, index) =>
        client.post('/user/disable', { id: index === 0 ? b : a }, jwts[index]),
      );
      const enabled = await database.query('SELECT id FROM "user" WHERE disabled IS NULL');
      expect(enabled).toHaveLength(1);
      // The other one no longer has the credential by which it asked.
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    }
    await database.query('UPDATE "user" SET disabled = NULL');
    expect(await deadlocks()).toBe(0);
  });

  it('take logins of one account from one network at once without a deadlock', async () => {
    await database.query('DELETE FROM login_throttle');
    const answers = await spread(50, (client, index) =>
      client.post('/user/login', { username: 'admin', password: index % 5 === 0 ? 'wrong' : 'correct horse battery' }),
    );
    expect([200, 401, 429, 503]).toEqual(expect.arrayContaining(statuses(answers)));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect(await deadlocks()).toBe(0);
    await database.query('DELETE FROM login_throttle');
  });

  it('count the failed logins of an account together, up to exactly the limit, without a deadlock', async () => {
    await database.query('DELETE FROM login_throttle');
    const answers = await spread(50, (client, index) =>
      client.post('/user/login', { username: 'admin', password: `guess ${index}` }),
    );
    expect(evaluated(answers)).toBe(LOGIN_LIMITS.attemptsPerAccountAndNetwork);
    expect([401, 429, 503]).toEqual(expect.arrayContaining(statuses(answers)));
    expect(await deadlocks()).toBe(0);
    await database.query('DELETE FROM login_throttle');
  });

  it('answer changes of one user at once as if they came one after another', async () => {
    await database.query('DELETE FROM login_throttle');
    const jwt = (await clients[0]?.logIn()) ?? '';
    const added = await spread(20, (client, index) => client.addAuthHeader(jwt, { name: `n${index}` }));
    const rotated = await spread(20, (client, index) =>
      client.post('/authheader/rotate', { text: added[index % 10]?.token }, jwt),
    );
    // Of two rotations of one token, one succeeds.
    expect(rotated.map(({ status }) => status).sort()).toEqual([
      ...Array<number>(10).fill(200),
      ...Array<number>(10).fill(404),
    ]);
    const removed = await spread(20, (client, index) =>
      client.post('/authheader/delete', { text: added[10 + (index % 10)]?.token }, jwt),
    );
    expect(removed.map(({ status }) => status).sort()).toEqual([
      ...Array<number>(10).fill(200),
      ...Array<number>(10).fill(404),
    ]);
    const outs = await spread(10, (client) => client.post('/user/logout', {}, jwt));
    expect(outs.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(401)]);
    expect(await deadlocks()).toBe(0);
  });

  it('give a username to one of several that ask for it at once, and 409 to the others', async () => {
    await database.query('DELETE FROM login_throttle');
    const jwt = (await clients[0]?.logIn()) ?? '';
    const answers = await spread(8, (client, index) =>
      client.post('/user/add', { username: 'wanted', email: `w${index}@example.com` }, jwt),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(409)]);
  });

  it('leave no session and no auth header of a user who is disabled while both are being made', async () => {
    await database.query('DELETE FROM login_throttle');
    const jwt = (await clients[0]?.logIn()) ?? '';
    for (let round = 0; round < 5; round++) {
      const id = await database.addUser(`gone-${round}`);
      const own = (await clients[1]?.logIn(`gone-${round}`)) ?? '';
      const login = { username: `gone-${round}`, password: 'correct horse battery' };
      await Promise.all([
        ...[1, 2, 3].map(() => clients[0]?.post('/user/login', login)),
        ...[1, 2, 3].map((n) => clients[1]?.post('/authheader/add', { name: `n${n}` }, own)),
        clients[0]?.post('/user/disable', { id }, jwt),
      ]);
      expect(await database.query('SELECT id FROM auth_header WHERE user_id = ?', id)).toEqual([]);
      expect(await database.query('SELECT id FROM session WHERE user_id = ? AND ended IS NULL', id)).toEqual([]);
    }
  });
});
