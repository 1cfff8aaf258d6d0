import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI } from './support/command-line.js';
import { environmentOf } from './support/launch.js';
import { useServer } from './support/use-server.js';

const { server, client, database } = useServer();

describe('A one-time password that cannot be printed', () => {
  /** Runs a command whose output nobody reads, in a shell that may redirect it. */
  async function runUnread(args: readonly string[], to = ''): Promise<[code: number | null, stderr: string]> {
    const options = { cwd: server.folder, env: await environmentOf(server.folder, {}) };
    const child = spawn('sh', ['-c', `exec "$0" "$@" ${to}`, process.execPath, CLI, ...args], options);
    child.stdout.destroy();
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close') as Promise<[number | null]>]);
    return [code, stderr];
  }

  it.each(['>&-', '>/dev/null'])('changes nothing with %s', async (to) => {
    const users = () => database.query('SELECT * FROM "user"');
    const before = await users();
    const reason =
      'Nothing changed: the one-time password cannot be printed (standard output is closed or /dev/null)\n';
    expect(await runUnread(['user', 'reset', 'admin'], to)).toEqual([1, reason]);
    expect(await users()).toEqual(before);
    expect(await runUnread(['user', 'list'], to)).toEqual([0, '']);
  });

  it.each([
    ['adds no user', ['user', 'add', '--username', 'jane', '--email', 'jane@example.com']],
    ['resets none', ['user', 'reset', 'admin', '--json']],
  ])('%s', async (_, args) => {
    const tables = () => database.query('SELECT * FROM "user"');
    const before = await tables();
    const [code, stderr] = await runUnread(args);
    expect(code).toBe(1);
    expect(stderr).toContain('Nothing changed: the one-time password cannot be printed (EPIPE)');
    expect(await tables()).toEqual(before);
    expect((await client.get('/user/me', await client.logIn())).status).toBe(200);
  });

  it('is no other output: an export whose reader has ended ends quietly', async () => {
    expect(await runUnread(['audit', 'export', '--format', 'jsonl'])).toEqual([0, '']);
  });
});

describe('A server whose output nobody reads any more', () => {
  it('goes on, whatever it has to say', async () => {
    await database.refuse('INSERT', 'session');
    server.process.stdout?.destroy();
    server.process.stderr?.destroy();
    // An error is logged, and the stream fails a moment later.
    for (let time = 0; time < 3; time++) {
      const login = await client.post('/user/login', { username: 'admin', password: 'correct horse battery' });
      expect(login.status).toBe(500);
      await sleep(50);
    }
    await database.allow('INSERT', 'session');
    expect((await client.get('/health/live')).status).toBe(200);
    await client.logIn();
    expect(await server.stop()).not.toBe(1);
  });
});
