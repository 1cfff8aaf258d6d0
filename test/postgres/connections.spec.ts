import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../support/command-line.js';
import { makeFolderDatabase, urlOfFolderDatabase } from '../support/folder-database.js';
import { postgresUrl } from '../support/launch.js';
import { newFolder, runToEnd } from '../support/server.js';
import { useServer } from '../support/use-server.js';

const env = { DATABASE_POOL_MAX: '3' };
const { server, client, database } = useServer({ env });

/** Ends every connection to the database, but for the test's own. */
async function endConnections(): Promise<void> {
  await database.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
}

async function becomesReady(): Promise<void> {
  while (!(await fetch(`${server.url}/health/ready`)).ok) await sleep(20);
}

describe('A server whose connections are ended', () => {
  it('answers 200 or 503, and never that a credential is not valid, and goes on', async () => {
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt, { name: 'a' });
    const seen = new Set<number>();
    let isEnding = true;
    const callers = Array.from({ length: 6 }, async (_, index) => {
      while (isEnding) {
        const answers = [
          await client.get('/user/me', token),
          await client.get('/authheader/list', jwt),
          await client.post('/authheader/add', { name: `n${index}` }, jwt),
        ];
        for (const { status, headers } of answers) {
          seen.add(status);
          if (status === 503) expect(headers.get('retry-after')).toMatch(/^\d+$/);
        }
      }
    });
    for (let round = 0; round < 10; round++) {
      await endConnections();
      await sleep(30);
    }
    isEnding = false;
    await Promise.all(callers);
    expect([200, 503]).toEqual(expect.arrayContaining([...seen]));
    await becomesReady();
    expect((await client.addAuthHeader(jwt, { name: 'afterwards' })).id).toBeDefined();
    expect(server.output()).not.toMatch(/unhandled|TypeError|at .*node_modules/i);
  });
});

describe('A server whose changes wait for another one', () => {
  it('looks credentials up while changes wait, and answers 503 to those that wait too long', async () => {
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt, { name: 'b' });
    const { token: unknown } = await client.addAuthHeader(jwt, { name: 'looked up meanwhile' });
    expect((await client.get('/user/me', token)).status).toBe(200);
    await database.beginAlone();
    const waiting = Array.from({ length: 20 }, () => client.post('/authheader/add', { name: 'c' }, jwt));
    await sleep(300);
    const tokens = [unknown, ...Array.from({ length: 20 }, () => token)];
    const checks = await Promise.all(tokens.map((one) => client.get('/user/me', one)));
    expect(new Set(checks.map(({ status }) => status))).toEqual(new Set([200]));
    const answers = await Promise.all(waiting);
    await database.query('ROLLBACK');
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    await becomesReady();
    expect((await client.addAuthHeader(jwt, { name: 'd' })).id).toBeDefined();
  });
});

describe('A server whose database takes no writes', () => {
  it('is not ready from the first failed write on, and is again once it does', async () => {
    const jwt = await client.logIn();
    const [{ name } = { name: '' }] = await database.query<{ name: string }>('SELECT current_database() AS name');
    await database.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await endConnections();
    try {
      let readiness = 200;
      // Each of the first changes may meet a connection that was ended, which tells nothing of the next one.
      for (let changes = 0; readiness === 200 && changes < 5; changes++) {
        expect((await client.post('/authheader/add', { name: 'e' }, jwt)).status).toBe(503);
        ({ status: readiness } = await client.get('/health/ready'));
      }
      expect(readiness).toBe(503);
    } finally {
      await database.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    }
    // Those that are open keep the former setting.
    await endConnections();
    await sleep(50);
    await becomesReady();
    expect((await client.post('/authheader/add', { name: 'f' }, jwt)).status).toBe(200);
  });
});

describe('Statements that are not prepared', () => {
  it('serve the same, for poolers that cannot keep prepared ones', async () => {
    const jwt = await client.logIn();
    const { code, stdout } = await run(server, ['user', 'list'], { env: { DATABASE_PREPARED: 'false' } });
    expect([code, stdout]).toEqual([0, expect.stringContaining('admin')]);
    expect((await client.get('/user/me', jwt)).status).toBe(200);
  });

  it('replace prepared ones whose columns have changed', async () => {
    const jwt = await client.logIn();
    const added = await Promise.all(Array.from({ length: 12 }, () => client.addAuthHeader(jwt)));
    const [before, after] = [added.slice(0, 6), added.slice(6)];
    const works = async (some: typeof added): Promise<void> => {
      for (const { id, token } of some) {
        expect((await client.get('/user/me', token)).status).toBe(200);
        expect((await client.post('/authheader/delete', { text: id }, jwt)).status).toBe(200);
      }
    };
    await works(before);
    await database.query('ALTER TABLE auth_header ALTER COLUMN name TYPE text');
    await works(after);
    await database.query('ALTER TABLE auth_header ALTER COLUMN name TYPE varchar(100)');
  });
});

describe('A database that cannot be used', () => {
  it('is named by host, port and name, and never with its password', async () => {
    const url = new URL(urlOfFolderDatabase(postgresUrl(), server.folder));
    const { host } = url;
    url.password = 'wr0ng-passw0rd';
    url.pathname = '/no_such_database';
    const { code, stdout, stderr } = await runToEnd({ env: { DATABASE_URL: url.href } });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`DATABASE_URL: the database no_such_database at ${host} cannot be used: `);
    expect(stderr).not.toContain('passw0rd');
    const doctor = await run(server, ['doctor'], { env: { DATABASE_URL: url.href } });
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toContain(`FAIL  database  the database no_such_database at ${host} cannot be reached: `);
    expect(doctor.stdout + doctor.stderr).not.toContain('passw0rd');
  });

  it('is reported by doctor where it is empty and its role may not make tables', async () => {
    const folder = newFolder();
    const url = new URL(await makeFolderDatabase(postgresUrl(), folder));
    const role = `without_tables_${process.pid}`;
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    url.username = role;
    url.password = 'x';
    const { code, stdout } = await run({ folder }, ['doctor'], { env: { DATABASE_URL: url.href } });
    await database.query(`DROP ROLE ${role}`);
    const reason = `and ${role} may not create tables in the schema public: GRANT CREATE ON SCHEMA public TO ${role}`;
    expect([code, stdout]).toEqual([1, expect.stringContaining(` is empty, ${reason}\n`)]);
  });

  it('is reported in one line where nobody listens, by the server and by commands', async () => {
    const env = { DATABASE_URL: 'postgres://u:passw0rd@127.0.0.1:1/personas' };
    const { code, stderr } = await runToEnd({ env });
    expect([code, stderr]).toEqual([
      1,
      'DATABASE_URL: the database personas at 127.0.0.1:1 cannot be used: connect ECONNREFUSED 127.0.0.1:1\n',
    ]);
    const listed = await run(server, ['user', 'list'], { env });
    expect([listed.code, listed.stderr]).toEqual([1, stderr]);
  });

  it('is made by a start of the server, and by no command', async () => {
    const [{ name } = { name: '' }] = await database.query<{ name: string }>('SELECT current_database() AS name');
    const url = new URL(urlOfFolderDatabase(postgresUrl(), server.folder));
    await database.query(`CREATE DATABASE ${name}_empty`);
    url.pathname = `/${name}_empty`;
    const listed = await run(server, ['user', 'list'], {
      env: { DATABASE_URL: url.href, SECRET_KEY: 'correct horse battery staple, and more' },
    });
    expect([listed.code, listed.stderr]).toEqual([
      1,
      `DATABASE_URL: the database ${name}_empty at ${url.host} is empty; the server's first start makes its tables\n`,
    ]);
    await database.query(`DROP DATABASE ${name}_empty`);
  });
});
