import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Sealer } from '../src/crypto/sealer.js';
import { begin, complete, enrol } from './support/authenticator.js';
import { type AuthHeaderAnswer, Client } from './support/client.js';
import { run, runJson, timeUntil } from './support/command-line.js';
import { TestDatabase } from './support/database.js';
import { ADMIN, leftFolder, startServer, type TestServer } from './support/server.js';
import { useServer } from './support/use-server.js';

interface Key {
  kid: string;
  state: string;
  alg: string;
}

function kidOf(jwt: string): string {
  const [header = ''] = jwt.split('.');
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid;
}

async function publishedKids(client: Client): Promise<string[]> {
  const { body } = await client.get<{ keys: { kid: string }[] }>('/.well-known/jwks.json');
  return body.keys.map(({ kid }) => kid);
}

async function renew(client: Client, jwt: string): Promise<string> {
  const { status, body, text } = await client.post<{ Token: string }>('/user/renew', {}, jwt);
  if (status !== 200) throw new Error(`Renewal answered ${status}: ${text}`);
  return body.Token;
}

/** As if the next key had been published an hour ago. */
async function ageNextKey(server: TestServer): Promise<void> {
  const database = await TestDatabase.of(server);
  const then = new Date(Date.now() - 3_600_000).toISOString();
  await database.query(`UPDATE signing_key SET created = ? WHERE state = 'next'`, then);
  await database.close();
}

async function statesOf(server: TestServer): Promise<string[]> {
  return (await runJson<Key[]>(server, ['key', 'list'])).map(({ state }) => state).sort();
}

describe('Two processes on one file', () => {
  const { server: one, client } = useServer();
  const { client: otherClient } = useServer({
    get folder() {
      return one.folder;
    },
  });
  const clients = [client, otherClient] as const;

  const statusEverywhere = (credential: string): Promise<number[]> =>
    Promise.all(clients.map(async (client) => (await client.get('/user/me', credential)).status));

  it('publish the next key before it may sign', async () => {
    const { code, stdout, stderr } = await run(one, ['key', 'rotate']);
    expect([code, stdout]).toEqual([1, '']);
    const [, kid = ''] =
      /^The next key (\S+) was published at \S+, and until \S+Z a service [^\n]*\n$/.exec(stderr) ?? [];
    const waited = await timeUntil(async () => {
      const shown = await Promise.all(clients.map(publishedKids));
      return shown.every((kids) => kids.length === 2 && kids.includes(kid));
    });
    expect(waited).toBeLessThan(1000);
    expect(await statesOf(one)).toEqual(['active', 'next']);
    expect(kidOf(await clients[0].logIn())).not.toBe(kid);
  });

  it('lose no request in a rotation under load, and need no key that was not published long before', async () => {
    await ageNextKey(one);
    const published = await publishedKids(clients[0]);
    const first = await clients[0].logIn();
    const failures: string[] = [];
    const kids = new Set<string>();
    let requests = 0;
    let done = false;
    const workers = Array.from({ length: 4 }, async (_, worker) => {
      let jwt = first;
      for (let turn = worker; !done; turn++) {
        // Minted by one process, and shown to both at once.
        const minter = turn % 2 === 0 ? clients[0] : clients[1];
        try {
          jwt = await renew(minter, jwt);
        } catch (error) {
          failures.push(String(error));
          continue;
        }
        kids.add(kidOf(jwt));
        const statuses = [...(await statusEverywhere(jwt)), ...(await statusEverywhere(first))];
        requests += 1 + statuses.length;
        failures.push(...statuses.filter((status) => status !== 200).map(String));
      }
    });
    const active = await runJson<Key>(one, ['key', 'rotate']);
    const waited = await timeUntil(async () => {
      const minted = await Promise.all(clients.map((client) => renew(client, first)));
      return minted.every((jwt) => kidOf(jwt) === active.kid);
    });
    done = true;
    await Promise.all(workers);
    expect(failures).toEqual([]);
    expect(waited).toBeLessThan(1000);
    expect(requests).toBeGreaterThan(100);
    expect([...kids].sort()).toEqual(published.sort());
    expect(active.state).toBe('active');
    expect(await statesOf(one)).toEqual(['active', 'next', 'retired']);
    expect(await Promise.all(clients.map(publishedKids))).toEqual([
      expect.arrayContaining(published),
      expect.arrayContaining(published),
    ]);
    const [event] = await runJson<object[]>(one, ['audit', 'list', '--action', 'key.rotate']);
    expect(event).toMatchObject({ target: active.kid, detail: `retires ${kidOf(first)}`, credential: 'command-line' });
  });

  it('refuse every JWT within a second of the deletion of compromised keys, and go on', async () => {
    const jwts = await Promise.all(clients.map((client) => client.logIn()));
    const { token } = await clients[0].addAuthHeader(jwts[0] ?? '');
    expect((await Promise.all(jwts.map(statusEverywhere))).flat()).toEqual([200, 200, 200, 200]);
    const { kid } = await runJson<Key>(one, ['key', 'rotate', '--compromised']);
    const waited = await timeUntil(async () =>
      (await Promise.all(jwts.map(statusEverywhere))).flat().every((status) => status === 401),
    );
    expect(waited).toBeLessThan(1000);
    expect(await Promise.all(clients.map(publishedKids))).toEqual([[kid], [kid]]);
    expect(await statusEverywhere(token)).toEqual([200, 200]);
    const again = await Promise.all(clients.map((client) => client.logIn()));
    expect(again.map(kidOf)).toEqual([kid, kid]);
    expect((await Promise.all(again.map(statusEverywhere))).flat()).toEqual([200, 200, 200, 200]);
    expect(await statesOf(one)).toEqual(['active']);
  });

  it('refuse to rotate with another secret or algorithm than the servers have', async () => {
    const env = { SECRET_KEY: 'another secret, thirty-two bytes or more' };
    const outcomes = await Promise.all([
      run(one, ['key', 'rotate'], { env }),
      run(one, ['key', 'rotate', '--compromised'], { env }),
      run(one, ['key', 'rotate'], { env: { JWT_ALGORITHM: 'PS256' } }),
      run(one, ['secret', 'rotate'], { env: { SECRET_KEY_PREVIOUS: env.SECRET_KEY, ...env } }),
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
    const other = 'SECRET_KEY is not the secret this database was sealed with\n';
    const algorithm = "There is no active PS256 key; is JWT_ALGORITHM the server's?\n";
    expect(outcomes.map(({ stderr }) => stderr)).toEqual([other, other, algorithm, other]);
  });
});

it('A retired key is good until its last JWT has expired, and is deleted then', async () => {
  const server = await startServer();
  const client = await Client.of(server);
  const jwt = await client.logIn();
  await run(server, ['key', 'rotate']);
  await ageNextKey(server);
  const active = await runJson<Key>(server, ['key', 'rotate']);
  await server.stop();

  const again = await startServer({ folder: server.folder });
  expect((await (await Client.of(again)).get('/user/me', jwt)).status).toBe(200);
  await again.stop();

  const database = await TestDatabase.of(server);
  const then = new Date(Date.now() - 3_615_000).toISOString();
  await database.query(`UPDATE signing_key SET retired = ? WHERE state = 'retired'`, then);
  await database.close();
  const last = await startServer({ folder: server.folder });
  const publisher = await Client.of(last);
  // The start serves before it has tidied up.
  await timeUntil(async () => !(await publishedKids(publisher)).includes(kidOf(jwt)));
  expect(await publishedKids(publisher)).toContain(active.kid);
  await last.stop();
});

it('A change of algorithm makes a key of that algorithm, and going back finds the old one', async () => {
  const { folder } = await leftFolder();
  const algorithms = ['ES256', 'HS256', 'ES256'];
  const kids: string[] = [];
  for (const JWT_ALGORITHM of algorithms) {
    const server = await startServer({ folder, env: { JWT_ALGORITHM } });
    const client = await Client.of(server);
    const jwt = await client.logIn();
    kids.push(kidOf(jwt));
    expect((await client.get('/user/me', jwt)).status).toBe(200);
    await server.stop();
  }
  expect(kids[0]).toBe(kids[2]);
  expect(kids[1]).not.toBe(kids[0]);
});

describe('A rotation of the secret', () => {
  /** Every auth header's value, by its name. */
  async function valuesOf(client: Client, jwt: string): Promise<Record<string, string>> {
    const { body } = await client.get<AuthHeaderAnswer[]>('/authheader/list', jwt);
    return Object.fromEntries(body.map(({ name, token }) => [name, token]));
  }

  /** How many sealed values a secret opens. */
  async function openedBy(server: TestServer, secret: string): Promise<number> {
    const sealer = new Sealer(secret, 'seal');
    const database = await TestDatabase.of(server);
    const rows = await database.query<{ id: string; sealed: string }>(
      `SELECT id, sealed_key AS sealed FROM signing_key UNION ALL SELECT id, sealed_token FROM auth_header
       UNION ALL SELECT id, sealed_secret FROM factor UNION ALL SELECT id, sealed_state FROM challenge`,
    );
    await database.close();
    return rows.filter(({ id, sealed }) => {
      try {
        return sealer.open(sealed, id) !== '';
      } catch {
        return false;
      }
    }).length;
  }

  it('that is kept in data/ needs no restart, and loses nothing that is made meanwhile', async () => {
    const server = await startServer();
    const client = await Client.of(server);
    const jwt = await client.logIn();
    const file = join(server.folder, 'data/secret-key');
    const old = readFileSync(file, 'utf8').trim();
    const { app } = await enrol(client, jwt);
    const begun = await begin(client, ADMIN.username, ADMIN.password);
    const made: Record<string, string> = {};
    const end = new AbortController();
    const writer = (async () => {
      for (let index = 0; !end.signal.aborted; index++) {
        const { name, token } = await client.addAuthHeader(jwt, { name: `n${index}` });
        made[name] = token;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    const { resealed } = await runJson<{ resealed: Record<string, number> }>(server, ['secret', 'rotate']);
    end.abort();
    await writer;
    expect(resealed.signingKeys).toBe(1);
    expect(resealed.authHeaders).toBeGreaterThan(0);
    expect(await valuesOf(client, jwt)).toEqual(made);
    expect(readFileSync(file, 'utf8').trim()).not.toBe(old);
    expect(existsSync(`${file}.previous`)).toBe(false);
    expect(await openedBy(server, old)).toBe(0);
    const [event] = await runJson<object[]>(server, ['audit', 'list', '--action', 'secret.rotate']);
    expect(event).toMatchObject({ detail: `${resealed.authHeaders} auth headers, 1 second factors, 1 signing keys` });
    // A login whose password was right before the rotation ends after it.
    expect((await complete(client, begun.body.secondFactor.token, app.code(1))).status).toBe(200);
    await server.stop();

    const again = await startServer({ folder: server.folder });
    expect(await valuesOf(await Client.of(again), jwt)).toEqual(made);
    await again.stop();
  });

  it('that is set takes both secrets on the way, and the new one alone after it', async () => {
    const before = { SECRET_KEY: 'the old secret, thirty-two bytes or more', JWT_ALGORITHM: 'ES256' };
    const after = { ...before, SECRET_KEY: 'the new secret, thirty-two bytes or more' };
    const both = { ...after, SECRET_KEY_PREVIOUS: before.SECRET_KEY };
    const server = await startServer({ env: before });
    const client = await Client.of(server);
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt, { name: 'old' });
    const refused = await run(server, ['secret', 'rotate'], { env: after });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/^Set SECRET_KEY to the new [^\n]*\n$/)]);
    await server.stop();

    const during = await startServer({ folder: server.folder, env: both });
    const duringClient = await Client.of(during);
    await duringClient.addAuthHeader(jwt, { name: 'new' });
    expect(await valuesOf(duringClient, jwt)).toMatchObject({ old: token });
    const { code, stdout } = await run(server, ['secret', 'rotate'], { env: both });
    expect([code, stdout]).toEqual([0, expect.stringContaining('2 auth headers, 0 second factors, 1 signing keys')]);
    await during.stop();

    const end = await startServer({ folder: server.folder, env: after });
    expect(await valuesOf(await Client.of(end), jwt)).toMatchObject({ old: token });
    expect([await openedBy(server, before.SECRET_KEY), await openedBy(server, after.SECRET_KEY)]).toEqual([0, 3]);
    expect(existsSync(join(server.folder, 'data/secret-key'))).toBe(false);
    await end.stop();
  });
});
