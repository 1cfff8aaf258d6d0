import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOGIN_LIMITS } from '../src/login/login-limits.js';
import type { AuthHeaderAnswer, ManagedUser } from './support/client.js';
import { CLI, run, runJson, timeUntil } from './support/command-line.js';
import { TestDatabase } from './support/database.js';
import { environmentOf } from './support/launch.js';
import { ADMIN, leftFolder, newFolder } from './support/server.js';
import { useServer } from './support/use-server.js';

const PASSWORD = 'a password of jane, well chosen';

interface Event {
  action: string;
  username: string;
  credential: string;
  target?: string;
}

const { server, client, database } = useServer();

describe('The command line, while a server runs,', () => {
  it('adds a user with a password from standard input, who can log in at once', async () => {
    const args = ['user', 'add', '--username', 'jane', '--email', 'jane@example.com', '--password-stdin', '--json'];
    const { code, stdout } = await run(server, args, { input: `${PASSWORD}\n` });
    expect(code).toBe(0);
    const jane = JSON.parse(stdout) as ManagedUser;
    expect(jane).toMatchObject({ Username: 'jane', Email: 'jane@example.com', Roles: [], Enabled: true });
    expect(jane).not.toHaveProperty('InitialPassword');
    await client.logIn('jane', PASSWORD);
  });

  it('adds a user without a password, and prints a one-time one', async () => {
    const args = ['user', 'add', '--username', 'once', '--email', 'once@example.com', '--role', 'a', '--role', 'b'];
    const { code, stdout } = await run(server, args);
    expect(code).toBe(0);
    const [, password = ''] = /One-time password[^:]*: (\S+)\n/.exec(stdout) ?? [];
    const login = await client.post('/user/login', { username: 'once', password });
    expect([login.status, login.body.code]).toEqual([403, 'password_change_required']);
    const body = { username: 'once', password, newPassword: PASSWORD };
    expect((await client.post('/user/password', body)).status).toBe(200);
    expect((await client.get('/user/me', await client.logIn('once', PASSWORD))).body.Roles).toEqual(['a', 'b']);
  });

  it('updates, resets, lists and finds users, by name or id, with the field names of the API', async () => {
    await database.addUser('upda-first');
    const Id = await database.addUser('upda', ['editor']);
    const update = ['user', 'update', 'UPDA', '--firstname', 'Uta', '--no-roles'];
    const updated = await runJson<ManagedUser>(server, update);
    expect(updated).toMatchObject({ Id, Firstname: 'Uta', Roles: [] });
    const [found, reset] = await Promise.all([
      runJson<ManagedUser[]>(server, ['user', 'list', '--search', 'UPDA', '--limit', '1']),
      runJson<ManagedUser>(server, ['user', 'reset', Id]),
    ]);
    expect(reset).toMatchObject({ Id, InitialPassword: expect.stringMatching(/^[\w-]{24}$/) as string });
    expect((await client.post('/user/login', { username: 'upda', password: ADMIN.password })).status).toBe(401);
    const { body } = await client.get<ManagedUser[]>('/user/list?search=upda', await client.logIn());
    expect(body).toHaveLength(2);
    expect(found).toEqual(body.slice(0, 1));
  });

  it.each(['disable', 'delete'])(
    '%ss a user, whose credentials the server refuses within a second',
    async (command) => {
      const Id = await database.addUser(`to-${command}`);
      const jwt = await client.logIn(`to-${command}`);
      const { token } = await client.addAuthHeader(jwt);
      const isRefused = async (credential: string): Promise<boolean> =>
        (await client.get('/user/me', credential)).status === 401;
      expect(await Promise.all([isRefused(jwt), isRefused(token)])).toEqual([false, false]);
      // A command ends a moment after its commit, from which the second counts.
      const ended = run(server, ['user', command, Id, '--json']);
      const { stdout } = await ended;
      expect(JSON.parse(stdout)).toEqual({ message: 'Success' });
      const waited = await timeUntil(async () => (await isRefused(jwt)) && (await isRefused(token)));
      expect(waited).toBeLessThan(1000);
      if (command === 'disable') {
        expect((await run(server, ['user', 'enable', `to-${command}`])).code).toBe(0);
        await client.logIn(`to-${command}`);
      }
    },
  );

  it('unlocks a user whose attempts are used up, on a server that runs', async () => {
    await database.addUser('locked');
    const attempt = (password: string) => client.post('/user/login', { username: 'locked', password });
    for (let count = 0; count < LOGIN_LIMITS.attemptsPerAccountAndNetwork; count++) await attempt('wrong');
    expect((await attempt(ADMIN.password)).status).toBe(429);
    const { code, stdout } = await run(server, ['user', 'unlock', 'locked']);
    expect([code, stdout]).toEqual([0, 'locked is unlocked.\n']);
    expect((await attempt(ADMIN.password)).status).toBe(200);
  });

  it('lists auth headers without their values, and deletes one by its masked form', async () => {
    await database.addUser('keeper');
    const jwt = await client.logIn('keeper');
    const made = await Promise.all(['k1', 'k2', 'k3'].map((name) => client.addAuthHeader(jwt, { name })));
    const { stdout } = await run(server, ['authheader', 'list', '--user', 'keeper', '--json']);
    const listed = JSON.parse(stdout) as (AuthHeaderAnswer & { username: string })[];
    expect(listed.map(({ name }) => name).sort()).toEqual(['k1', 'k2', 'k3']);
    for (const { token } of made) expect(stdout).not.toContain(token);
    for (const entry of listed) expect(entry).toMatchObject({ username: 'keeper', scopes: [] });
    const masked = listed.find(({ name }) => name === 'k2')?.token ?? '';
    expect((await run(server, ['authheader', 'delete', masked])).code).toBe(0);
    const statuses = () => Promise.all(made.map(async ({ token }) => (await client.get('/user/me', token)).status));
    expect(await timeUntil(async () => (await statuses()).join() === '200,401,200')).toBeLessThan(1000);
  });

  it('lists what happened, also what it did itself and under whose name', async () => {
    const Id = await database.addUser('watched');
    await run(server, ['user', 'disable', Id]);
    for (let count = 0; count < 2; count++) await client.logIn();
    const [ofTarget, before, table] = await Promise.all([
      runJson<Event[]>(server, ['audit', 'list', '--target', Id, '--action', 'user.disable', '--since', '10m']),
      runJson<Event[]>(server, ['audit', 'list', '--target', Id, '--until', '10m']),
      run(server, ['audit', 'list', '--user', 'admin', '--limit', '2']),
    ]);
    expect(ofTarget).toEqual([
      expect.objectContaining({
        action: 'user.disable',
        credential: 'command-line',
        target: Id,
        username: expect.any(String) as string,
      }),
    ]);
    expect(before).toEqual([]);
    const [heading, ...rows] = table.stdout.trimEnd().split('\n');
    expect(heading).toMatch(/^AT\tACTION\tOUTCOME/);
    expect(rows).toEqual([expect.stringContaining('\tadmin\t'), expect.stringContaining('\tadmin\t')]);
  });
});

describe('The command line shows and ends what a user has', () => {
  it('one session by the end of its id, and all of them, which the server refuses within a second', async () => {
    const Id = await database.addUser('visitor');
    const jwts = [await client.logIn('visitor'), await client.logIn('visitor'), await client.logIn('visitor')];
    await client.addAuthHeader(jwts[0] ?? '');
    const sessions = await runJson<{ Id: string; Ip: string }[]>(server, ['session', 'list', 'visitor']);
    expect(sessions).toHaveLength(3);
    const { body } = await client.get<object[]>('/user/sessions', jwts[0]);
    expect(body).toMatchObject(sessions);
    const shown = await runJson<ManagedUser>(server, ['user', 'show', Id]);
    expect(shown).toMatchObject({ Id, Username: 'visitor', Enabled: true, Sessions: 3, AuthHeaders: 1 });
    const statuses = () => Promise.all(jwts.map(async (jwt) => (await client.get('/user/me', jwt)).status));
    const oldest = sessions[2]?.Id ?? '';
    expect(await run(server, ['session', 'end', 'VISITOR', oldest.slice(-8)])).toEqual({
      code: 0,
      stdout: `The session ${oldest} of visitor is ended.\n`,
      stderr: '',
    });
    await timeUntil(async () => (await statuses()).join() === '401,200,200');
    expect((await run(server, ['session', 'end', Id, '--all'])).code).toBe(0);
    await timeUntil(async () => (await statuses()).join() === '401,401,401');
    expect(await run(server, ['session', 'end', Id, oldest, '--json'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `${JSON.stringify({ code: 'failed', message: 'visitor has no such session.' })}\n`,
    });
    const events = `/audit/list?target=${Id}&limit=1`;
    const [last] = (await client.get<Event[]>(events, await client.logIn())).body;
    expect(last).toMatchObject({ action: 'session.end', credential: 'command-line', detail: 'every session' });
  });

  it('each event as it is recorded, until it is interrupted', async () => {
    const Id = await database.addUser('followed');
    await client.logIn('followed');
    const args = [CLI, 'audit', 'tail', '--user', 'followed', '--json'];
    const tail = spawn(process.execPath, args, { cwd: server.folder, env: await environmentOf(server.folder, {}) });
    let printed = '';
    tail.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const events = () => printed.trimEnd().split('\n').filter(Boolean);
    while (events().length < 1) await sleep(20);
    await client.post('/user/login', { username: 'followed', password: 'wrong' });
    while (events().length < 2) await sleep(20);
    const ended = once(tail, 'exit');
    tail.kill('SIGINT');
    expect(await ended).toEqual([null, 'SIGINT']);
    expect(events().map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ action: 'login', outcome: 'success', userId: Id }),
      expect.objectContaining({ action: 'login', outcome: 'refused', userId: Id }),
    ]);
  });
});

it('The command line refuses what the server would, with 1 and one line', async () => {
  const refused = [
    [['user', 'disable', 'nobody'], 'There is no such user.\n'],
    [['user', 'add', '--username', 'ADMIN', '--email', 'x@example.com'], 'The username is taken by another user.\n'],
    [['user', 'delete', 'admin'], 'At least one administrator who can log in must remain.\n'],
  ] as const;
  const outcomes = await Promise.all(refused.map(([args]) => run(server, args)));
  expect(outcomes).toEqual(refused.map(([, stderr]) => ({ code: 1, stdout: '', stderr })));
});

it('The command line works not where there is no database, and makes none', async () => {
  const folder = newFolder();
  const { code, stderr } = await run({ folder }, ['user', 'list']);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^DATABASE_URL: [^\n]*; the server's first start makes its?( tables)?\n$/),
  ]);
  expect(existsSync(join(folder, 'data'))).toBe(false);
});

it('The command line makes no first administrator', async () => {
  const left = await leftFolder();
  const emptied = await TestDatabase.of(left);
  await emptied.query('DELETE FROM "user"');
  expect(await runJson<unknown[]>(left, ['user', 'list'])).toEqual([]);
  expect(await emptied.query('SELECT * FROM "user"')).toEqual([]);
  await emptied.close();
});

describe('doctor', () => {
  interface CheckResult {
    check: string;
    ok: boolean;
    message: string;
  }

  /** What it found wrong. */
  async function complaints(folder: string, env: Record<string, string> = {}): Promise<string[]> {
    const { code, stdout, stderr } = await run({ folder }, ['doctor', '--json'], { env });
    const bad = (JSON.parse(stdout) as CheckResult[]).filter(({ ok }) => !ok).map(({ check }) => check);
    const failure = { code: 'failed', message: `Failed checks: ${bad.join(', ')}` };
    expect([code, stderr]).toEqual(bad.length === 0 ? [0, ''] : [1, `${JSON.stringify(failure)}\n`]);
    return bad;
  }

  it('finds a running server in order', async () => {
    await client.addAuthHeader(await client.logIn());
    const { code, stdout } = await run(server, ['doctor']);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ +/).slice(0, 2).join(' ')),
    ).toEqual(['settings', 'files', 'database', 'schema', 'secret', 'keys', 'clock'].map((check) => `ok ${check}`));
    expect(code).toBe(0);
  });

  it('finds what is wrong, and changes nothing', async () => {
    const folder = newFolder();
    expect(await complaints(folder)).toEqual(['database']);
    await server.stop('SIGKILL');
    await database.copyTo(folder);
    expect(await complaints(folder)).toEqual(['secret']);
    expect(existsSync(join(folder, 'data/secret-key'))).toBe(false);
    expect(
      await complaints(folder, { SECRET_KEY: 'another secret of thirty-two bytes or more', JWT_ALGORITHM: 'PS256' }),
    ).toEqual(['secret', 'keys']);
    copyFileSync(join(server.folder, 'data/secret-key'), join(folder, 'data/secret-key'));
    chmodSync(join(folder, 'data'), 0o755);
    chmodSync(join(folder, 'data/secret-key'), 0o644);
    const copy = await TestDatabase.of({ folder });
    await copy.query(`UPDATE audit_event SET at = '2999-01-01T00:00:00.000Z'`);
    await copy.query('ALTER TABLE kitten DROP COLUMN breed');
    await copy.close();
    expect(await complaints(folder)).toEqual(['files', 'schema', 'clock']);
  });
});
