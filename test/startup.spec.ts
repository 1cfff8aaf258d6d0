import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { knownEnvironmentNames } from '../src/config/setting.decorator.js';
import '../src/config/settings.js';
import { Client } from './support/client.js';
import { TestDatabase } from './support/database.js';
import { leftFolder, newFolder, runToEnd, startServer } from './support/server.js';

const NO_PASSWORD = { BOOTSTRAP_PASSWORD: '', BOOTSTRAP_USERNAME: '', BOOTSTRAP_EMAIL: '' };

describe('A first start', () => {
  it('needs no setting, prints where everything is and the first password once, and nothing that frightens', async () => {
    // What a user gets: without the settings of the tests.
    const env = { ...NO_PASSWORD, JWT_ALGORITHM: '' };
    const first = await startServer({ env });
    expect(first.output()).toContain(`${first.url}/docs`);
    expect(first.output()).toContain(`${first.url}/swagger`);
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
    await second.stop();
    expect(second.output()).not.toContain('password');
  });

  it('makes a secret that only its user may read, in a folder that only its user may open', async () => {
    const server = await startServer({ folder: newFolder() });
    expect(statSync(join(server.folder, 'data/secret-key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(server.folder, 'data')).mode & 0o777).toBe(0o700);
    await server.stop();
  });

  it('reads a .env file, over which the environment wins', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, '.env'), 'JWT_ISSUER=from-file\nJWT_AUDIENCE=from-file\nJWT_ALGORITHM=ES256\n');
    const server = await startServer({ folder, env: { JWT_AUDIENCE: 'from-environment' } });
    const [, payload = ''] = (await (await Client.of(server)).logIn()).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    expect(claims).toMatchObject({ iss: 'from-file', aud: 'from-environment' });
    await server.stop();
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
    await server.stop();
  });
});

describe('A start that cannot succeed says why in one line and exits with 1', () => {
  const secret = '7b0c8cf0a5cf4f6cb4cb93c9e5b1d5a2';

  it.each([
    ['a bad setting', { PORT: 'abc' }, /^PORT must be an integer number$/],
    [
      'two bad settings',
      { JWT_ALGORITHM: 'none', SECRET_KEY: 'short' },
      /^(SECRET_KEY|JWT_ALGORITHM) .*\n(?!\1)\w+ .*$/,
    ],
    ['production without a secret', { NODE_ENV: 'production' }, /^SECRET_KEY must be set/],
    ['another kind of database', { DATABASE_URL: 'mysql://x' }, /^DATABASE_URL must look like sqlite:/],
    [
      'a database that cannot be made',
      { DATABASE_URL: 'sqlite:/dev/null/x.sqlite' },
      /^DATABASE_URL: .*(ENOTDIR|EEXIST)/,
    ],
    ['an address that is not here', { HOST: '192.0.2.1' }, /^HOST, PORT: .*EADDRNOTAVAIL/],
  ])('%s', async (_, env, line) => {
    const { code, stderr, stdout } = await runToEnd({ env });
    expect(code).toBe(1);
    expect(stderr.trimEnd()).toMatch(line);
    expect(stderr).not.toMatch(/\n {4}at |Error:/);
    expect(stdout).toBe('');
  });

  it('a file that is no database', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'x.sqlite'), 'this is a text, and not a database at all');
    const { code, stderr } = await runToEnd({ folder, env: { DATABASE_URL: 'sqlite:x.sqlite' } });
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(/^DATABASE_URL: x\.sqlite cannot be used: .*NOTADB/);
    expect(readFileSync(join(folder, 'x.sqlite'), 'utf8')).toContain('this is a text');
  });

  it('a port that is taken', async () => {
    const server = await startServer();
    const { code, stderr } = await runToEnd({ env: { PORT: new URL(server.url).port } });
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(/^HOST, PORT: .*EADDRINUSE/);
    await server.stop();
  });

  it('a secret that is not the one the database was sealed with', async () => {
    const env = { SECRET_KEY: secret };
    const server = await startServer({ env });
    await server.stop();
    const { code, stderr } = await runToEnd({
      folder: server.folder,
      env: { ...env, SECRET_KEY: 'another secret of thirty-two bytes or more' },
    });
    expect([code, stderr]).toEqual([1, 'SECRET_KEY is not the secret this database was sealed with\n']);
    const again = await startServer({ folder: server.folder, env });
    await again.stop();
  });

  it('a database without the secret it was sealed with, and makes no other', async () => {
    const { folder } = await leftFolder();
    const kept = join(folder, 'data/secret-key');
    renameSync(kept, `${kept}.elsewhere`);
    const { code, stderr } = await runToEnd({ folder });
    expect([code, stderr]).toEqual([1, 'There is no secret: SECRET_KEY is unset, and no data/secret-key here\n']);
    expect(existsSync(kept)).toBe(false);
    renameSync(`${kept}.elsewhere`, kept);
    const again = await startServer({ folder });
    await again.stop();
  });

  it('a secret file that cannot be read', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'data/secret-key'), { recursive: true });
    chmodSync(join(folder, 'data'), 0o700);
    const { code, stderr } = await runToEnd({ folder });
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(/^data\/secret-key can be neither read nor written \(EISDIR\)/);
  });
});

describe('.env.example', () => {
  it('documents every setting there is, and none that is not', () => {
    const example = readFileSync(resolve(__dirname, '../.env.example'), 'utf8');
    const documented = [...example.matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(documented.toSorted()).toEqual(knownEnvironmentNames().toSorted());
  });
});
