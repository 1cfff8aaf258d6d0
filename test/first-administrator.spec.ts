import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './support/client.js';
import { TestDatabase } from './support/database.js';
import { freePort } from './support/free-port.js';
import { MADE_UP, PRINTED, statusOf, usernamesIn } from './support/first-administrator.js';
import { launch } from './support/launch.js';
import { ADMIN, leftFolder, newFolder, startServer } from './support/server.js';

describe('No administrator is made whose password nobody saw', () => {
  it('by a start that is killed when it has printed: either that password is good, or the next one is', async () => {
    const folder = newFolder();
    const child = await launch(folder, {});
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (PRINTED.test(output)) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    const again = await startServer({ folder, env: MADE_UP });
    const [, username, password] = PRINTED.exec(again.output()) ?? PRINTED.exec(output) ?? [];
    await (await Client.of(again)).logIn(username, password);
    await again.stop('SIGKILL');
  });

  it('by several starts at once: one of them prints it', async () => {
    const folder = newFolder();
    const servers = await Promise.all([1, 2].map(() => startServer({ folder, env: MADE_UP })));
    const printed = servers.map((server) => PRINTED.exec(server.output())).filter((found) => found !== null);
    expect(printed).toHaveLength(1);
    expect(await usernamesIn(folder)).toEqual(['admin']);
    const [server] = servers;
    if (server === undefined) throw new Error('no server');
    await (await Client.of(server)).logIn(printed[0]?.[1], printed[0]?.[2]);
    await Promise.all(servers.map((each) => each.stop('SIGKILL')));
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
    while ((await statusOf(`http://127.0.0.1:${port}/health/ready`)) !== 200) await sleep(5);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ username: ADMIN.username, password: ADMIN.password });
    const login = await fetch(`http://127.0.0.1:${port}/user/login`, { method: 'POST', headers, body });
    expect(login.status).toBe(200);
    await (await starting).stop('SIGKILL');
  });
});
