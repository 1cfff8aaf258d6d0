import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { begin, complete, enrol } from './support/authenticator.js';
import { Client } from './support/client.js';
import { run, runJson, timeUntil } from './support/command-line.js';
import { TestDatabase } from './support/database.js';
import { unopenedBy, valuesOf } from './support/sealed-values.js';
import { ADMIN, leftFolder, startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

/** Between the requests of one caller, so that a process of the server, and not this one, has the time. */
const TURN_PAUSE_MS = 10;

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
async function ageNextKey(database: TestDatabase): Promise<void> {
  const then = new Date(Date.now() - 3_600_000).toISOString();
  await database.query(`UPDATE signing_key SET created = ? WHERE state = 'next'`, then);
}

async function statesIn(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ state: string }>('SELECT state FROM signing_key ORDER BY state');
  return rows.map(({ state }) => state);
}

describe('Two processes on one file', () => {
  const { server: one, client, database } = useServer();
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
    expect(await statesIn(database)).toEqual(['active', 'next']);
    expect(kidOf(await clients[0].logIn())).not.toBe(kid);
  });

  it('lose no request in a rotation under load, and need no key that was not published long before', async () => {
    await ageNextKey(database);
    const published = await publishedKids(clients[0]);
    const first = await clients[0].logIn();
    const failures: string[] = [];
    const kids = new Set<string>();
    let requests = 0;
    const end = new AbortController();
    const workers = Array.from({ length: 4 }, async (_, worker) => {
      let jwt = first;
      for (let turn = worker; !end.signal.aborted; turn++) {
        await sleep(TURN_PAUSE_MS);
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
    const rotate = async () => {
      const active = await runJson<Key>(one, ['key', 'rotate']);
      const waited = await timeUntil(async () => {
        const minted = await Promise.all(clients.map((client) => renew(client, first)));
        return minted.every((jwt) => kidOf(jwt) === active.kid);
      });
      return { active, waited };
    };
    // Callers that went on after a failure would never let the run end.
    const { active, waited } = await rotate().finally(() => {
      end.abort();
    });
    await Promise.all(workers);
    expect(failures).toEqual([]);
    expect(waited).toBeLessThan(1000);
    expect(requests).toBeGreaterThan(100);
    expect([...kids].sort()).toEqual(published.sort());
    expect(active.state).toBe('active');
    expect(await statesIn(database)).toEqual(['active', 'next', 'retired']);
    expect(await Promise.all(clients.map(publishedKids))).toEqual([
      expect.arrayContaining(published),
      expect.arrayContaining(published),
    ]);
    const [event] = (await client.get<object[]>('/audit/list?action=key.rotate', first)).body;
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
    expect(await statesIn(database)).toEqual(['active']);
  });

  it('refuse to rotate with another secret or algorithm than the servers have', async () => {
    const env = { SECRET_KEY: 'another secret, thirty-two bytes or more' };
    const outcomes = await Promise.all([
      run(one, ['key', 'rotate'], { env }),
      run(one, ['key', 'rotate'], { env: { JWT_ALGORITHM: 'PS256' } }),
      run(one, ['secret', 'rotate'], { env: { SECRET_KEY_PREVIOUS: env.SECRET_KEY, ...env } }),
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual([1, 1, 1]);
    const other = 'SECRET_KEY is not the secret this database was sealed with\n';
    const algorithm = "There is no active PS256 key; is JWT_ALGORITHM the server's?\n";
    expect(outcomes.map(({ stderr }) => stderr)).toEqual([other, algorithm, other]);
  });
});

it('A retired key is good until its last JWT has expired, and is deleted then', async () => {
  const server = await startServer();
  const database = await TestDatabase.of(server);
  const client = await Client.of(server);
  const jwt = await client.logIn();
  const rotate = () => client.post<Key>('/signingkey/rotate', {}, jwt);
  await rotate();
  await ageNextKey(database);
  const active = (await rotate()).body;
  await server.stop('SIGKILL');

  const again = await startServer({ folder: server.folder });
  expect((await (await Client.of(again)).get('/user/me', jwt)).status).toBe(200);
  await again.stop('SIGKILL');

  const then = new Date(Date.now() - 3_615_000).toISOString();
  await database.query(`UPDATE signing_key SET retired = ? WHERE state = 'retired'`, then);
  await database.close();
  const last = await startServer({ folder: server.folder });
  const publisher = await Client.of(last);
  // The start serves before it has tidied up.
  await timeUntil(async () => !(await publishedKids(publisher)).includes(kidOf(jwt)));
  expect(await publishedKids(publisher)).toContain(active.kid);
  await last.stop('SIGKILL');
});

it('A change of algorithm makes a key of that algorithm, and going back finds the old one', async () => {
  const left = await leftFolder();
  const database = await TestDatabase.of(left);
  const before = await database.query<{ id: string }>('SELECT id FROM signing_key');
  await database.close();
  const kids: string[] = [];
  for (const JWT_ALGORITHM of ['HS256', 'ES256']) {
    const server = await startServer({ folder: left.folder, env: { JWT_ALGORITHM } });
    const client = await Client.of(server);
    const jwt = await client.logIn();
    kids.push(kidOf(jwt));
    expect((await client.get('/user/me', jwt)).status).toBe(200);
    await server.stop('SIGKILL');
  }
  expect(before.map(({ id }) => id)).toEqual([kids[1]]);
  expect(kids[0]).not.toBe(kids[1]);
});

it('A rotation of the secret in data/ needs no restart, and loses nothing that is made meanwhile', async () => {
  const server = await startServer();
  const client = await Client.of(server);
  const jwt = await client.logIn();
  const file = join(server.folder, 'data/secret-key');
  const secretOf = () => readFileSync(file, 'utf8').trim();
  const old = secretOf();
  const { app } = await enrol(client, jwt);
  const begun = await begin(client, ADMIN.username, ADMIN.password);
  const made: Record<string, string> = {};
  const end = new AbortController();
  const writer = (async () => {
    for (let index = 0; !end.signal.aborted; index++) {
      const { name, token } = await client.addAuthHeader(jwt, { name: `n${index}` });
      made[name] = token;
      await sleep(TURN_PAUSE_MS);
    }
  })();
  const { resealed } = await runJson<{ resealed: Record<string, number> }>(server, ['secret', 'rotate']).finally(() => {
    end.abort();
  });
  await writer;
  expect(resealed.signingKeys).toBe(1);
  expect(resealed.authHeaders).toBeGreaterThan(0);
  expect(await valuesOf(client, jwt)).toEqual(made);
  expect(secretOf()).not.toBe(old);
  expect(existsSync(`${file}.previous`)).toBe(false);
  const database = await TestDatabase.of(server);
  expect(await unopenedBy(database, secretOf())).toEqual([]);
  await database.close();
  const [event] = (await client.get<object[]>('/audit/list?action=secret.rotate', jwt)).body;
  expect(event).toMatchObject({ detail: `${resealed.authHeaders} auth headers, 1 second factors, 1 signing keys` });
  // A login whose password was right before the rotation ends after it.
  expect((await complete(client, begun.body.secondFactor.token, app.code(1))).status).toBe(200);
  await server.stop('SIGKILL');
});
