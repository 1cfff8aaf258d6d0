import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHmac } from 'node:crypto';
import { Sealer } from '../src/crypto/sealer.js';
import { parseKeyText } from '../src/signing-keys/key-material.js';
import { Client } from './support/client.js';
import { TestDatabase } from './support/database.js';
import { leftFolder, type LeftFolder, startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

const PUBLIC_URL = 'https://login.example.com/auth';

const issuerOf = (jwt: string): unknown =>
  (JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { iss: unknown }).iss;
const statusOf = async (jwt: string, asked: Client) => (await asked.get('/user/me', jwt)).status;

async function start(folder: LeftFolder, env: Record<string, string> = {}) {
  const server = await startServer({ env, folder: folder.folder });
  return { server, client: await Client.of(server) };
}

describe('A change of the issuer', () => {
  it('ends no login: the issuer before it is accepted, and new JWTs have the new one', async () => {
    const folder = await leftFolder();
    const before = await start(folder);
    const old = await before.client.logIn();
    expect(issuerOf(old)).toBe('elastic-personas');
    await before.server.stop();

    const after = await start(folder, { PUBLIC_URL });
    expect(await statusOf(old, after.client)).toBe(200);
    const { body } = await after.client.post<{ Token: string }>('/user/renew', {}, old);
    expect([issuerOf(body.Token), issuerOf(await after.client.logIn())]).toEqual([PUBLIC_URL, PUBLIC_URL]);
    expect(await statusOf(body.Token, after.client)).toBe(200);
    const asked = new URLSearchParams({ token: old });
    const headers = { authorization: `Bearer ${body.Token}` };
    const answer = await after.client.call('POST', '/oauth/introspect', { headers, body: asked });
    expect(answer.body.iss).toBe('elastic-personas');
    await after.server.stop();

    // Once its last JWT has expired, it is like any other.
    const database = new TestDatabase(folder);
    await database.query(
      'UPDATE jwt_issuer SET accepted_until = ? WHERE issuer = ?',
      new Date().toISOString(),
      'elastic-personas',
    );
    await database.close();
    const later = await start(folder, { PUBLIC_URL });
    expect([await statusOf(old, later.client), await statusOf(body.Token, later.client)]).toEqual([401, 200]);
    await later.server.stop();
  });

  it('is made on one server after the other, each of which accepts the JWTs of the other', async () => {
    const folder = await leftFolder();
    const old = await start(folder);
    const before = await old.client.logIn();
    const changed = await start(folder, { PUBLIC_URL });
    const after = await changed.client.logIn();
    for (const jwt of [before, after, await old.client.logIn(), await changed.client.logIn()]) {
      for (const { client } of [old, changed])
        expect([issuerOf(jwt), await statusOf(jwt, client)]).toEqual([issuerOf(jwt), 200]);
    }
  });
});

describe('JWT_ISSUER', () => {
  const { server, client } = useServer({
    env: { JWT_ALGORITHM: 'HS256', PUBLIC_URL, JWT_ISSUER: 'https://issuer.example.com' },
  });
  let database: TestDatabase;

  beforeAll(async () => {
    database = await TestDatabase.of(server);
  });
  afterAll(() => database.close());

  it('goes before PUBLIC_URL', async () => {
    expect(issuerOf(await client.logIn())).toBe('https://issuer.example.com');
  });

  it('and no server has another one accepted by its key alone', async () => {
    const jwt = await client.logIn();
    const [row] = await database.query<{ id: string; sealed_key: string }>('SELECT id, sealed_key FROM signing_key');
    const secret = readFileSync(join(server.folder, 'data/secret-key'), 'utf8').trim();
    const { signing } = parseKeyText('HS256', new Sealer(secret, 'seal').open(row?.sealed_key ?? '', row?.id ?? ''));
    const forged = (iss: unknown): string => {
      const [header = '', payload = ''] = jwt.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
      const input = `${header}.${Buffer.from(JSON.stringify({ ...claims, iss })).toString('base64url')}`;
      return `${input}.${createHmac('sha256', signing).update(input).digest('base64url')}`;
    };
    expect(await statusOf(forged('https://issuer.example.com'), client)).toBe(200);
    for (const iss of [PUBLIC_URL, 'https://other.example.com', '', null, ['https://issuer.example.com'], undefined]) {
      expect([iss, await statusOf(forged(iss), client)]).toEqual([iss, 401]);
    }
  });
});
