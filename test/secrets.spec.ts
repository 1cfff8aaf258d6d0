import { chownSync, chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from './support/client.js';
import { run, runJson } from './support/command-line.js';
import { unopenedBy, valuesOf } from './support/sealed-values.js';
import { runToEnd, startServer, type TestServer } from './support/server.js';
import { useServer } from './support/use-server.js';

const OLD = 'the old secret, thirty-two bytes or more';
const NEW = 'the new secret, thirty-two bytes or more';
const OTHER = 'another secret of thirty-two bytes or more';
const NOBODY = 65_534;

async function add(client: Client, jwt: string, name: string): Promise<number> {
  return (await client.post('/authheader/add', { name }, jwt)).status;
}

/** How often a text is in what a server has logged. */
function linesWith(server: TestServer, text: string): string[] {
  return server
    .output()
    .split('\n')
    .filter((line) => line.includes(text));
}

describe('The secret in data/', () => {
  const { server, client, database } = useServer();
  const file = () => join(server.folder, 'data/secret-key');
  const filesOfSecret = () => readdirSync(join(server.folder, 'data')).filter((name) => name.startsWith('secret-key'));
  const secretOf = () => readFileSync(file(), 'utf8').trim();
  let jwt: string;

  beforeAll(async () => {
    jwt = await client.logIn();
    await client.addAuthHeader(jwt, { name: 'first' });
  });

  it('seals nothing while it is missing, empty or short, which answers 503, and shows everything', async () => {
    const whole = readFileSync(file());
    const values = await valuesOf(client, jwt);
    for (const spoil of [
      () => {
        rmSync(file());
      },
      () => {
        writeFileSync(file(), '');
      },
      () => {
        writeFileSync(file(), 'short');
      },
    ]) {
      spoil();
      expect(await Promise.all([add(client, jwt, 'a'), add(client, jwt, 'b')])).toEqual([503, 503]);
      expect(await valuesOf(client, jwt)).toEqual(values);
    }
    writeFileSync(file(), whole, { mode: 0o600 });
    expect(await add(client, jwt, 'whole again')).toBe(200);
    expect(linesWith(server, 'data/secret-key').length).toBe(2);
  });

  it('seals with the right one while another one is in the file, and logs one line that names it', async () => {
    const whole = readFileSync(file());
    writeFileSync(file(), OTHER);
    expect([await add(client, jwt, 'c'), await add(client, jwt, 'd')]).toEqual([200, 200]);
    expect(Object.keys(await valuesOf(client, jwt))).toEqual(expect.arrayContaining(['first', 'c', 'd']));
    const { code, stderr } = await run(server, ['secret', 'rotate']);
    expect([code, stderr]).toEqual([1, 'SECRET_KEY is not the secret this database was sealed with\n']);
    expect(filesOfSecret()).toEqual(['secret-key']);
    writeFileSync(file(), whole);
    expect(await unopenedBy(database, whole.toString().trim())).toEqual([]);
    const lines = linesWith(server, 'data/secret-key is not the secret this database was sealed with');
    expect(lines.length).toBe(1);
    expect(server.output()).not.toContain(OTHER);
  });

  it('shows the others where one value does not open, and tells which one it is', async () => {
    const values = await valuesOf(client, jwt);
    const { id, token } = await client.addAuthHeader(jwt, { name: 'broken' });
    await database.query(`UPDATE auth_header SET sealed_token = 'x' || sealed_token WHERE id = ?`, id);
    for (let turn = 0; turn < 3; turn++) {
      expect(await valuesOf(client, jwt)).toEqual({ ...values, broken: `${token.slice(0, 7)}…${token.slice(-4)}` });
    }
    expect(linesWith(server, id).length).toBe(1);
    const [user] = await database.query<{ id: string }>('SELECT id FROM "user"');
    const row = `auth_header ${id}, "broken" of user ${user?.id ?? ''}`;
    const doctor = await run(server, ['doctor']);
    expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringContaining(`sealed values: ${row}\n`)]);

    const old = secretOf();
    const rotations = await Promise.all([run(server, ['secret', 'rotate']), run(server, ['secret', 'rotate'])]);
    for (const { code, stdout, stderr } of rotations) {
      expect([code, stdout, stderr.split('\n').slice(0, 2)]).toEqual([
        1,
        '',
        ['1 rows open with neither secret; both secrets are kept:', `  ${row}`],
      ]);
      expect(stderr).toContain('authheader delete');
    }
    expect(readFileSync(`${file()}.previous`, 'utf8').trim()).toBe(old);
    expect(await valuesOf(client, jwt)).toMatchObject(values);
    expect((await client.post('/authheader/delete', { text: id }, jwt)).status).toBe(200);
    expect((await run(server, ['secret', 'rotate'])).code).toBe(0);
    expect(filesOfSecret()).toEqual(['secret-key']);
    expect(await valuesOf(client, jwt)).toEqual(values);
  });

  it('stays as it was where its rotation cannot be committed', async () => {
    const old = secretOf();
    await database.refuse('UPDATE', 'signing_key');
    const { code, stderr } = await run(server, ['secret', 'rotate']);
    await database.allow('UPDATE', 'signing_key');
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
    expect([secretOf(), filesOfSecret()]).toEqual([old, ['secret-key']]);
    expect(await add(client, jwt, 'afterwards')).toBe(200);
    expect(await unopenedBy(database, old)).toEqual([]);
  });

  it('keeps its owner and its mode in a rotation, which leaves a copy next to it alone, and doctor names both, and what has another owner', async () => {
    // Only root can give a file away; another user's file keeps its mode, and its owner is the user.
    const isRoot = process.getuid?.() === 0;
    const owner = isRoot ? NOBODY : statSync(file()).uid;
    const kept = [
      join(server.folder, 'data'),
      ...readdirSync(join(server.folder, 'data')).map((name) => join(server.folder, 'data', name)),
    ];
    for (const path of kept) chownSync(path, owner, statSync(path).gid);
    chmodSync(file(), 0o400);
    const before = statSync(file());
    writeFileSync(`${file()}.4711`, 'a copy');
    const { unusedFiles } = await runJson<{ unusedFiles: string[] }>(server, ['secret', 'rotate']);
    expect(unusedFiles).toEqual(['data/secret-key.4711']);
    const { ino, uid, gid, mode } = statSync(file());
    expect([uid, gid, mode]).toEqual([owner, before.gid, before.mode]);
    expect(ino).not.toBe(before.ino);
    const whole = await run(server, ['doctor']);
    expect([whole.code, whole.stdout]).toEqual([0, expect.stringContaining('data/secret-key.4711 is not used')]);
    expect(readFileSync(`${file()}.4711`, 'utf8')).toBe('a copy');
    if (!isRoot) return;
    chownSync(file(), 0, 0);
    const { code, stdout } = await run(server, ['doctor']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL {2}files .*data\S* belongs to user 65534/);
    expect(stdout).toMatch(/FAIL {2}files .*secret-key belongs to user 0/);
  });
});

describe('The secret in SECRET_KEY', () => {
  const env = { SECRET_KEY: OLD, JWT_ALGORITHM: 'ES256' };
  const { server, client, database } = useServer({ env });

  it('makes no key of another algorithm if it is a wrong one', async () => {
    const wrong = { SECRET_KEY: OTHER, JWT_ALGORITHM: 'HS256' };
    const { code, stderr } = await runToEnd({ folder: server.folder, env: wrong });
    expect([code, stderr]).toEqual([1, 'SECRET_KEY is not the secret this database was sealed with\n']);
    const compromised = await run(server, ['key', 'rotate', '--compromised'], { env: wrong });
    expect([compromised.code, compromised.stderr]).toEqual([1, stderr]);
    expect((await database.query('SELECT algorithm FROM signing_key')).length).toBe(1);
  });

  it('activates no next key that does not open: another one takes its place', async () => {
    const jwt = await client.logIn();
    const rotate = () => client.post<{ code: string; message: string }>('/signingkey/rotate', {}, jwt);
    const nextIds = async () => {
      const rows = await database.query<{ id: string }>(`SELECT id FROM signing_key WHERE state = 'next'`);
      return rows.map(({ id }) => id);
    };
    expect((await rotate()).body.code).toBe('rotation_too_early');
    const before = await nextIds();
    await database.query(
      `UPDATE signing_key SET sealed_key = 'x' || sealed_key, created = '2020-01-01T00:00:00.000Z' WHERE state = 'next'`,
    );
    expect((await rotate()).body.code).toBe('rotation_too_early');
    const after = await nextIds();
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    expect(await unopenedBy(database, OLD)).toEqual([]);
  });

  it('takes both on the way of a rotation, and the new one alone after it; a server without that seals nothing', async () => {
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt, { name: 'before' });
    const after = { ...env, SECRET_KEY: NEW };
    const both = { ...after, SECRET_KEY_PREVIOUS: OLD };
    const refused = await run(server, ['secret', 'rotate'], { env: after });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/^Set SECRET_KEY to the new [^\n]*\n$/)]);

    const during = await startServer({ folder: server.folder, env: both });
    const duringClient = await Client.of(during);
    const added = await duringClient.addAuthHeader(jwt, { name: 'during' });
    expect(await valuesOf(duringClient, jwt)).toEqual({ before: token, during: added.token });
    const { code, stdout } = await run(server, ['secret', 'rotate'], { env: both });
    expect([code, stdout]).toEqual([0, expect.stringContaining('2 auth headers, 0 second factors, 2 signing keys')]);
    await during.stop('SIGKILL');

    expect([await add(client, jwt, 'a'), await add(client, jwt, 'b')]).toEqual([503, 503]);
    expect((await client.get('/authheader/list', jwt)).status).toBe(200);
    expect((await client.get('/user/me', token)).status).toBe(200);
    expect(await unopenedBy(database, NEW)).toEqual([]);
    expect(linesWith(server, 'SECRET_KEY is not the secret this database was sealed with').length).toBe(1);

    const end = await startServer({ folder: server.folder, env: after });
    expect(await valuesOf(await Client.of(end), jwt)).toEqual({ before: token, during: added.token });
    expect(existsSync(join(server.folder, 'data/secret-key'))).toBe(false);
    await end.stop('SIGKILL');
  });
});
