import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './support/client.js';
import { run } from './support/command-line.js';
import { TestDatabase } from './support/database.js';
import { freePort } from './support/free-port.js';
import { environmentOf } from './support/launch.js';
import { ADMIN, leftFolder, newFolder, runToEnd, startServer, type TestServer } from './support/server.js';

const MAIN = resolve(__dirname, '../dist/main.js');
/** Nothing is set: a password has to be made up and printed. */
const MADE_UP = { BOOTSTRAP_PASSWORD: '', BOOTSTRAP_USERNAME: '', BOOTSTRAP_EMAIL: '' };
const PRINTED = /administrator is (\S+), password (\S+)/;

const launched = new Set<ChildProcess>();

afterAll(() => {
  for (const child of launched) child.kill('SIGKILL');
});

/** Starts a server whose output the test deals with itself, in a shell that may redirect it. */
async function launch(folder: string, port: number, to = ''): Promise<ChildProcess> {
  const env = await environmentOf(folder, { PORT: String(port) });
  const child = spawn('sh', ['-c', `exec "$0" "$1" ${to}`, process.execPath, MAIN], { cwd: folder, env });
  launched.add(child);
  return child;
}

/** The status of a call, 0 while nobody answers. */
async function statusOf(url: string): Promise<number> {
  return fetch(url).then(
    ({ status }) => status,
    () => 0,
  );
}

async function usernames(folder: string): Promise<string[]> {
  const database = await TestDatabase.of({ folder });
  const rows = await database.query<{ username: string }>('SELECT username FROM "user"');
  await database.close();
  return rows.map(({ username }) => username);
}

/** Starts a server in a folder, and logs in with the password that it prints, and where it says so. */
async function logInWithPrinted(folder: string): Promise<TestServer> {
  const server = await startServer({ folder, env: MADE_UP });
  const [, login = ''] = / Log in at (\S+)\n/.exec(server.output()) ?? [];
  expect(login).toBe(`${server.url}/console`);
  expect(await statusOf(login)).toBe(200);
  const [, username, password] = PRINTED.exec(server.output()) ?? [];
  await (await Client.of(server)).logIn(username, password);
  return server;
}

describe('No administrator is made whose password nobody saw', () => {
  it('by a start that cannot listen: the next one prints it', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const folder = newFolder();
    const isTaken = { PORT: String((holder.address() as { port: number }).port) };
    for (const env of [isTaken, { HOST: '192.0.2.1' }, { HOST: 'nosuch.invalid' }]) {
      const { code, stdout, stderr } = await runToEnd({ folder, env });
      expect([env, code, stdout]).toEqual([env, 1, '']);
      expect(stderr).toMatch(/^HOST, PORT: cannot listen on [^\n]*\n$/);
      expect(await usernames(folder)).toEqual([]);
    }
    holder.close();
    await (await logInWithPrinted(folder)).stop();
  });

  it('by a start whose output nobody gets: it goes on, says so, and the next one prints it', async () => {
    const folder = newFolder();
    for (const [to, reason] of [
      ['', 'EPIPE'],
      ['>&-', 'standard output is closed or /dev/null'],
      ['>/dev/null', 'standard output is closed or /dev/null'],
    ] as const) {
      const port = await freePort();
      const child = await launch(folder, port, to);
      child.stdout?.destroy();
      let errors = '';
      child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      while ((await statusOf(`http://127.0.0.1:${port}/health/ready`)) !== 200 && child.exitCode === null)
        await sleep(20);
      expect([to, child.exitCode]).toEqual([to, null]);
      expect(errors).toMatch(new RegExp(`no administrator yet.*\\(${reason}\\)`));
      expect(await usernames(folder)).toEqual([]);
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await (await logInWithPrinted(folder)).stop();
  });

  it('by a start that is killed when it has printed: either that password is good, or the next one is', async () => {
    const folder = newFolder();
    const child = await launch(folder, 0);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (PRINTED.test(output)) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    const again = await startServer({ folder, env: MADE_UP });
    const [, username, password] = PRINTED.exec(again.output()) ?? PRINTED.exec(output) ?? [];
    await (await Client.of(again)).logIn(username, password);
    await again.stop();
  });

  it('by several starts at once: one of them prints it', async () => {
    const folder = newFolder();
    const servers = await Promise.all([1, 2, 3].map(() => startServer({ folder, env: MADE_UP })));
    const printed = servers.map((server) => PRINTED.exec(server.output())).filter((found) => found !== null);
    expect(printed).toHaveLength(1);
    expect(await usernames(folder)).toEqual(['admin']);
    const [server] = servers;
    if (server === undefined) throw new Error('no server');
    await (await Client.of(server)).logIn(printed[0]?.[1], printed[0]?.[2]);
    await Promise.all(servers.map((each) => each.stop()));
  });
});

describe('A server is ready', () => {
  it('when its first administrator can log in, and not before', async () => {
    const earlier = await leftFolder();
    const database = await TestDatabase.of(earlier);
    await database.query('DELETE FROM "user"');
    await database.close();
    const port = await freePort();
    const starting = startServer({ folder: earlier.folder, env: { PORT: String(port) }, untilReady: false });
    // Far more often than a password is hashed.
    while ((await statusOf(`http://127.0.0.1:${port}/health/ready`)) !== 200) await sleep(2);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ username: ADMIN.username, password: ADMIN.password });
    const login = await fetch(`http://127.0.0.1:${port}/user/login`, { method: 'POST', headers, body });
    expect(login.status).toBe(200);
    await (await starting).stop();
  });
});

describe('The first administrator goes by the rules of every user', () => {
  it.each([
    ['BOOTSTRAP_EMAIL', 'admin'],
    ['BOOTSTRAP_PASSWORD', 'admin2024!'],
  ])('%s=%s is refused by the start and by doctor, and neither makes anything', async (name, value) => {
    const folder = newFolder();
    const started = await runToEnd({ folder, env: { [name]: value } });
    expect([started.code, started.stdout]).toEqual([1, '']);
    expect(started.stderr).toMatch(new RegExp(`^${name} [^\\n]*\\n$`));
    const examined = await run({ folder: newFolder() }, ['doctor'], { env: { [name]: value } });
    expect(examined.code).toBe(1);
    expect(examined.stdout).toContain(`FAIL  settings  ${started.stderr.trimEnd()}`);
  });

  it('line ends of a file in which they were set are not part of what is typed', async () => {
    const env = {
      BOOTSTRAP_USERNAME: 'root\r',
      BOOTSTRAP_EMAIL: 'r@example.com\r',
      BOOTSTRAP_PASSWORD: 'winter moss gate\r\n',
    };
    const server = await startServer({ env });
    await (await Client.of(server)).logIn('root', 'winter moss gate');
    await server.stop();
  });

  it('and a password that has become weak keeps no server from starting that has users', async () => {
    const { folder } = await leftFolder();
    const env = { BOOTSTRAP_PASSWORD: 'password1' };
    const server = await startServer({ folder, env });
    await (await Client.of(server)).logIn(ADMIN.username, ADMIN.password);
    expect((await run(server, ['doctor'], { env })).code).toBe(0);
    await server.stop();
  });
});
