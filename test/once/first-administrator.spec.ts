import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../support/client.js';
import { run } from '../support/command-line.js';
import { MADE_UP, PRINTED, statusOf, usernamesIn } from '../support/first-administrator.js';
import { freePort } from '../support/free-port.js';
import { environmentOf, MAIN } from '../support/launch.js';
import { ADMIN, leftFolder, newFolder, runToEnd, startServer } from '../support/server.js';

describe('No administrator is made whose password nobody saw', () => {
  const folder = newFolder();

  it('by a start that cannot listen, which says why in one line', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const taken = String((holder.address() as { port: number }).port);
    for (const [env, reason] of [
      [{ PORT: taken }, 'EADDRINUSE'],
      [{ HOST: '192.0.2.1' }, 'EADDRNOTAVAIL'],
      [{ HOST: 'nosuch.invalid' }, ''],
    ] as const) {
      const { code, stdout, stderr } = await runToEnd({ folder, env });
      expect([env, code, stdout]).toEqual([env, 1, '']);
      expect(stderr).toMatch(/^HOST, PORT: cannot listen on [^\n]*\n$/);
      expect(stderr).toContain(reason);
      expect(await usernamesIn(folder)).toEqual([]);
    }
    holder.close();
  });

  it.each([
    ['', 'EPIPE'],
    ['>/dev/null', 'standard output is closed or /dev/null'],
  ])('by a start whose output nobody gets, which goes on, and says so: %j', async (to, reason) => {
    const port = await freePort();
    const env = await environmentOf(folder, { PORT: String(port) });
    const child = spawn('sh', ['-c', `exec "$0" "$1" ${to}`, process.execPath, MAIN], { cwd: folder, env });
    try {
      child.stdout.destroy();
      let errors = '';
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      while ((await statusOf(`http://127.0.0.1:${port}/health/ready`)) !== 200 && child.exitCode === null)
        await sleep(20);
      expect(child.exitCode).toBeNull();
      expect(errors).toMatch(new RegExp(`no administrator yet.*\\(${reason}\\)`));
      expect(await usernamesIn(folder)).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'close');
  });

  it('by these, after which the next start prints the password, and where it is good', async () => {
    const server = await startServer({ folder, env: MADE_UP });
    const [, login = ''] = / Log in at (\S+)\n/.exec(server.output()) ?? [];
    expect(login).toBe(`${server.url}/console`);
    expect(await statusOf(login)).toBe(200);
    const [, username, password] = PRINTED.exec(server.output()) ?? [];
    await (await Client.of(server)).logIn(username, password);
    await server.stop('SIGKILL');
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

  it('and a password that has become weak keeps no server from starting that has users', async () => {
    const { folder } = await leftFolder();
    const env = { BOOTSTRAP_PASSWORD: 'password1' };
    const server = await startServer({ folder, env });
    await (await Client.of(server)).logIn(ADMIN.username, ADMIN.password);
    expect((await run(server, ['doctor'], { env })).code).toBe(0);
    await server.stop('SIGKILL');
  });
});
