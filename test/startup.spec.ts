import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './support/client.js';
import { TestDatabase } from './support/database.js';
import { leftFolder, runToEnd, startServer } from './support/server.js';

const NO_PASSWORD = { BOOTSTRAP_PASSWORD: '', BOOTSTRAP_USERNAME: '', BOOTSTRAP_EMAIL: '' };

describe('A first start', () => {
  it('needs no setting, prints where it is and the first password once, and nothing that frightens', async () => {
    // What a user gets: without the settings of the tests.
    const env = { ...NO_PASSWORD, JWT_ALGORITHM: '' };
    const first = await startServer({ env });
    expect(first.output()).toContain(`answers at ${first.url} `);
    const [, username = '', password = ''] = /administrator is (\S+), password (\S+)/.exec(first.output()) ?? [];
    expect(username).toBe('admin');
    expect(password.length).toBeGreaterThanOrEqual(22);
    const client = await Client.of(first);
    await client.logIn(username, password);
    for (const guess of ['admin', 'password', 'changeme', 'elastic', '']) {
      expect((await client.post('/user/login', { username, password: guess })).status).toBe(401);
    }
    await first.stop();
    expect(first.output()).not.toMatch(/warn|error|deprecat|experimental/i);

    const second = await startServer({ folder: first.folder, env });
    await (await Client.of(second)).logIn(username, password);
    await second.stop('SIGKILL');
    expect(second.output()).not.toContain('password');
  });

  it('answers before it has a key to sign with, and requests that need one wait', async () => {
    const left = await leftFolder();
    const database = await TestDatabase.of(left);
    await database.query('DELETE FROM signing_key');
    await database.refuse('INSERT', 'signing_key');
    const server = await startServer({ folder: left.folder, untilReady: false });
    const client = await Client.of(server);
    expect((await client.get('/health/live')).status).toBe(200);
    expect((await client.get('/health/ready')).status).toBe(503);

    const waiting = [client.logIn(), client.get('/.well-known/jwks.json')] as const;
    await sleep(500);
    await database.allow('INSERT', 'signing_key');
    const [jwt, keySet] = await Promise.all(waiting);
    expect((await client.get('/user/me', jwt)).status).toBe(200);
    expect(keySet.body.keys).toHaveLength(1);
    expect((await client.get('/health/ready')).status).toBe(200);
    await database.close();
    await server.stop('SIGKILL');
  });
});

describe('A start that cannot succeed says why in one line and exits with 1', () => {
  it('a secret that is not the one the database was sealed with', async () => {
    const { folder } = await leftFolder();
    const env = { SECRET_KEY: '7b0c8cf0a5cf4f6cb4cb93c9e5b1d5a2' };
    const { code, stderr } = await runToEnd({ folder, env });
    expect([code, stderr]).toEqual([1, 'SECRET_KEY is not the secret this database was sealed with\n']);
  });

  it('a database without the secret it was sealed with, and makes no other', async () => {
    const { folder } = await leftFolder();
    const kept = join(folder, 'data/secret-key');
    renameSync(kept, `${kept}.elsewhere`);
    const { code, stderr } = await runToEnd({ folder });
    expect([code, stderr]).toEqual([1, 'There is no secret: SECRET_KEY is unset, and no data/secret-key here\n']);
    expect(existsSync(kept)).toBe(false);
    renameSync(`${kept}.elsewhere`, kept);
    await (await startServer({ folder })).stop('SIGKILL');
  });
});
