import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AuthHeaderAnswer, Client } from '../support/client.js';
import { run, timeUntil } from '../support/command-line.js';
import { TestDatabase } from '../support/database.js';
import { ADMIN, leftFolder, newFolder, runToEnd, startServer, type TestServer } from '../support/server.js';

const WAIT_LIMIT_MS = 30_000;
const SECRET = 'data/secret-key';

describe('A database file that is not the one the server opened', () => {
  let server: TestServer;

  const readiness = async () => (await fetch(`${server.url}/health/ready`)).status;

  function linesOn(file: string): number {
    const line = `Z ERROR [Database] ${file} was deleted, replaced or emptied while the server runs`;
    return server.output().split(line).length - 1;
  }

  async function comesToSay(lines: number, file: string): Promise<void> {
    const begun = performance.now();
    while (linesOn(file) < lines && performance.now() - begun < WAIT_LIMIT_MS) await sleep(20);
    expect(linesOn(file)).toBe(lines);
  }

  it('makes the server unready, and is named in the log once, until it is back', async () => {
    server = await startServer();
    for (const name of ['data/personas.sqlite', 'data/personas.sqlite-wal', 'data/personas.sqlite-shm']) {
      const file = join(server.folder, name);
      expect(await readiness()).toBe(200);
      renameSync(file, `${file}.away`);
      // Although nobody asks for the readiness.
      await comesToSay(1, name);
      expect([await readiness(), await readiness()]).toEqual([503, 503]);
      copyFileSync(`${file}.away`, file);
      expect(await readiness()).toBe(503);
      expect(linesOn(name)).toBe(1);
      renameSync(`${file}.away`, file);
      expect(await readiness()).toBe(200);
    }
    truncateSync(server.databaseFile, 0);
    expect(await readiness()).toBe(503);
    expect(linesOn('data/personas.sqlite')).toBe(2);
    await server.stop('SIGKILL');
  });

  it('takes no change that would be lost, and still checks credentials, while it is moved away, until another is in its place', async () => {
    server = await startServer();
    const client = await Client.of(server);
    const jwt = await client.logIn();
    const { token, id } = await client.addAuthHeader(jwt);
    for (const ends of [[''], ['', '-wal', '-shm']]) {
      for (const end of ends) renameSync(server.databaseFile + end, `${server.databaseFile}.away${end}`);
      const changes = [
        await client.post('/authheader/add', { name: 'lost' }, jwt),
        await client.post('/authheader/delete', { text: id }, jwt),
        await client.post('/user/login', { username: ADMIN.username, password: ADMIN.password }),
        await client.post('/user/logout', {}, jwt),
      ];
      expect([ends, changes.map(({ status }) => status)]).toEqual([ends, [503, 503, 503, 503]]);
      expect((await client.get('/user/me', token)).status).toBe(200);
      for (const end of ends) renameSync(`${server.databaseFile}.away${end}`, server.databaseFile + end);
      expect(await client.addAuthHeader(jwt)).toBeDefined();
    }
    // Others may have revoked in it what the server accepts.
    const other = await leftFolder();
    for (const end of ['', '-wal', '-shm']) renameSync(server.databaseFile + end, `${server.databaseFile}.away${end}`);
    copyFileSync(other.databaseFile, server.databaseFile);
    await timeUntil(async () => (await client.get('/user/me', token)).status === 503);
    expect((await client.get('/user/me', jwt)).status).toBe(503);
    expect((await client.post('/authheader/add', { name: 'lost' }, jwt)).status).toBe(503);
    await server.stop();
    expect(statSync(server.databaseFile).size).toBe(statSync(other.databaseFile).size);
  });
});

/** What SQLite makes of a new file before its first table: the database without its write-ahead log. */
async function emptyDatabase(folder: string): Promise<void> {
  const databaseFile = join(folder, 'data/personas.sqlite');
  mkdirSync(dirname(databaseFile), { recursive: true });
  rmSync(databaseFile, { force: true });
  const database = await TestDatabase.of({ folder });
  await database.query('PRAGMA journal_mode = WAL');
  await database.close();
  expect(readFileSync(databaseFile)).toHaveLength(4096);
}

describe('A first start that was killed', () => {
  it('before its tables were committed, can be repeated', async () => {
    const folder = newFolder();
    await emptyDatabase(folder);
    const { stdout } = await run({ folder }, ['doctor']);
    expect(stdout).toContain(
      "FAIL  database  data/personas.sqlite has no tables; the server's next start makes them\n",
    );
    await (await startServer({ folder })).stop('SIGKILL');
  });

  it('before it had made the secret, has committed the tables, and can be repeated', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, SECRET), { recursive: true });
    expect((await runToEnd({ folder })).code).toBe(1);
    const database = await TestDatabase.of({ folder });
    expect((await database.dump()).includes('CREATE TABLE')).toBe(true);
    await database.close();
    rmdirSync(join(folder, SECRET));
    await (await startServer({ folder })).stop('SIGKILL');
  });
});

describe('A start with the secret of an earlier one and without its database', () => {
  it.each<[string, (file: string) => unknown]>([
    [
      'is missing',
      (file: string) => {
        rmSync(file);
      },
    ],
    [
      'is empty',
      (file: string) => {
        truncateSync(file, 0);
      },
    ],
    ['has no tables, as a copy without its -wal file', (file: string) => emptyDatabase(join(dirname(file), '..'))],
  ])('creates no other: the start and doctor say that it %s', async (state, lose) => {
    const { folder, databaseFile } = await leftFolder();
    await lose(databaseFile);
    const line = `data/personas.sqlite ${state}, and ${SECRET} is there: put the database back, or remove ${SECRET} to begin a new installation`;
    const { code, stdout, stderr } = await runToEnd({ folder });
    expect([code, stdout, stderr]).toEqual([1, '', `DATABASE_URL: ${line}\n`]);
    const { stdout: findings } = await run({ folder }, ['doctor']);
    expect(findings.split('\n').filter((finding) => finding.startsWith('FAIL'))).toEqual([`FAIL  database  ${line}`]);
    expect(existsSync(databaseFile) && readFileSync(databaseFile).includes('CREATE TABLE')).toBe(false);
  });

  it('creates no other, nor does a command, until the secret is removed', async () => {
    const { folder, databaseFile } = await leftFolder();
    rmSync(databaseFile);
    const command = await run({ folder }, ['user', 'list']);
    expect([command.code, command.stdout, command.stderr]).toEqual([
      1,
      '',
      expect.stringMatching(/^DATABASE_URL: data\/personas\.sqlite is missing, and [^\n]*\n$/),
    ]);
    expect(existsSync(databaseFile)).toBe(false);
    rmSync(join(folder, SECRET));
    const server = await startServer({ folder, untilReady: false });
    expect(await server.stop('SIGKILL')).toBeNull();
  });

  it('is a first start if SECRET_KEY is set, because no start stores that secret', async () => {
    const { folder, databaseFile } = await leftFolder();
    rmSync(databaseFile);
    const env = { SECRET_KEY: 'a secret of thirty-two bytes or more', JWT_ALGORITHM: 'ES256' };
    await (await startServer({ folder, env })).stop('SIGKILL');
  });
});

describe('A damaged page', () => {
  it('is 503 for the calls that need it, and doctor says what to do', async () => {
    const left = await startServer();
    const writer = await Client.of(left);
    await writer.addAuthHeader(await writer.logIn());
    await left.stop('SIGKILL');
    const database = await TestDatabase.of(left);
    const [table] = await database.query<{ rootpage: number }>(
      `SELECT rootpage FROM sqlite_master WHERE name = 'auth_header'`,
    );
    await database.query('PRAGMA wal_checkpoint(TRUNCATE)');
    await database.close();
    const file = openSync(left.databaseFile, 'r+');
    writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, ((table?.rootpage ?? 0) - 1) * 4096);
    closeSync(file);

    const server = await startServer({ folder: left.folder });
    const client = await Client.of(server);
    const jwt = await client.logIn();
    expect((await client.get('/health/ready')).status).toBe(200);
    expect((await client.get('/authheader/list', jwt)).status).toBe(503);
    expect((await client.get('/health/ready')).status).toBe(503);
    // The log can arrive after the answer.
    const damaged = /ERROR \[Database\] data\/personas\.sqlite is damaged, .*: run doctor$/gm;
    const unavailable = /Z ERROR \[Errors\] unavailable \(.*: database: SQLITE_CORRUPT$/m;
    await timeUntil(() => Promise.resolve([damaged, unavailable].every((line) => server.output().search(line) >= 0)));
    expect(server.output().match(damaged)).toHaveLength(1);
    const { stdout } = await run(server, ['doctor']);
    expect(stdout).toMatch(
      /^FAIL {2}database {2}data\/personas\.sqlite is damaged \(.*page \d+.*\); restore a backup with personas database restore$/im,
    );
    expect((await run(server, ['authheader', 'list'])).stderr).toBe('The database is damaged; run doctor\n');
    await server.stop('SIGKILL');
  });
});

describe('The documented backup', () => {
  it('ends although a server writes all the time, and is whole: a server starts on it', async () => {
    const server = await startServer();
    const client = await Client.of(server);
    const jwt = await client.logIn();
    const added = [await client.addAuthHeader(jwt)];
    const stopping = new AbortController();
    const writer = (async () => {
      while (!stopping.signal.aborted) added.push(await client.addAuthHeader(jwt));
    })();
    const before = added.map(({ id }) => id);
    const folder = newFolder();
    mkdirSync(join(folder, 'data'), { mode: 0o700 });
    const database = await TestDatabase.of(server);
    await database.query(`VACUUM INTO '${join(folder, 'data/personas.sqlite')}'`);
    await database.close();
    stopping.abort();
    await writer;
    await server.stop('SIGKILL');

    copyFileSync(join(server.folder, SECRET), join(folder, SECRET));
    const restored = await startServer({ folder });
    const { body } = await (await Client.of(restored)).get<AuthHeaderAnswer[]>('/authheader/list', jwt);
    expect(body.map(({ id }) => id)).toEqual(expect.arrayContaining(before));
    await restored.stop('SIGKILL');
  });
});
