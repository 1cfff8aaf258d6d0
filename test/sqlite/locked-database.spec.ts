import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, changedProgram } from '../support/changed-program.js';
import { Client } from '../support/client.js';
import { run } from '../support/command-line.js';
import { REVOCATION_DELAY_MS, TestDatabase } from '../support/database.js';
import { startServer, type TestServer } from '../support/server.js';

/** The server waits five seconds for a lock. */
const LONGER_THAN_THE_TIMEOUT_MS = 6000;
/** What "last used" waits for to be written, less than a minute here. */
const FLUSH_EVERY_SECOND: Change = [/(FLUSH_INTERVAL_MS(?:\$\d)?) = \w+/g, '$1 = 1000'];

/** A server, a credential that it remembers, and another process on its file. */
interface Scene {
  readonly server: TestServer;
  readonly client: Client;
  readonly other: TestDatabase;
  readonly jwt: string;
  readonly token: string;
}

async function begin(main?: string): Promise<Scene> {
  const server = await startServer(main === undefined ? {} : { main });
  const client = await Client.of(server);
  const jwt = await client.logIn();
  const { token } = await client.addAuthHeader(jwt);
  expect((await client.get('/user/me', token)).status).toBe(200);
  return { server, client, other: await TestDatabase.of(server), jwt, token };
}

async function end({ server, other }: Scene): Promise<void> {
  await other.close();
  await server.stop('SIGKILL');
}

function statusOfLogin({ client }: Scene, password?: string): Promise<number> {
  const body = { username: 'admin', password: password ?? 'correct horse battery' };
  return client.post('/user/login', body).then(({ status }) => status);
}

/** What a server does while the file is locked, and what its caller hears. */
const ACTS: Record<string, (scene: Scene) => Promise<void>> = {
  'a login': async (scene) => {
    expect(await statusOfLogin(scene)).toBe(503);
  },
  'a renewal': async ({ client, jwt }) => {
    expect((await client.post('/user/renew', undefined, jwt)).status).toBe(503);
  },
  'the write of what was last used': async ({ client, token }) => {
    expect((await client.get('/user/me', token)).status).toBe(200);
    await sleep(LONGER_THAN_THE_TIMEOUT_MS + 1000);
  },
  'two logins and a renewal': async (scene) => {
    const { client, jwt } = scene;
    const renewal = client.post('/user/renew', undefined, jwt).then(({ status }) => status);
    expect(await Promise.all([statusOfLogin(scene), statusOfLogin(scene), renewal])).toEqual([503, 503, 503]);
  },
};

const UPDATE = "UPDATE kitten SET name = name || '!'";
/** As another server prunes. */
const PRUNE = 'DELETE FROM audit_event';

/** Holds the write lock for as long as the act takes, and at least longer than the server waits. */
async function whileLocked(scene: Scene, change: string, ending: string, act: () => Promise<void>): Promise<void> {
  await scene.other.query('BEGIN IMMEDIATE');
  await scene.other.query(change);
  try {
    await Promise.all([act(), sleep(LONGER_THAN_THE_TIMEOUT_MS)]);
    // A write has failed, and the next one would.
    expect((await scene.client.get('/health/ready')).status).toBe(503);
  } finally {
    await scene.other.query(ending);
  }
}

async function tokenIsRefusedAfterDeletionByCommand({ server, client, token }: Scene): Promise<void> {
  const { code, stderr } = await run(server, ['authheader', 'delete', token]);
  expect(`${code} ${stderr}`).toBe('0 ');
  await sleep(REVOCATION_DELAY_MS);
  expect((await client.get('/user/me', token)).status).toBe(401);
}

describe('A lock that another process holds for longer than the server waits leaves no trace', () => {
  // As many as run at once: each of them waits for longer than the server does.
  const endings = [
    ['a login', UPDATE, 'COMMIT'],
    ['a login', PRUNE, 'ROLLBACK'],
    ['a renewal', UPDATE, 'ROLLBACK'],
    ['the write of what was last used', UPDATE, 'COMMIT'],
    ['two logins and a renewal', UPDATE, 'ROLLBACK'],
  ] as const;

  it.concurrent.each(endings)('during %s; the lock for %s ends with %s', async (act, change, ending) => {
    const scene = await begin(act.includes('last used') ? changedProgram([FLUSH_EVERY_SECOND]) : undefined);
    await whileLocked(scene, change, ending, () => ACTS[act]?.(scene) ?? Promise.reject(new Error(act)));

    expect(await statusOfLogin(scene)).toBe(200);
    expect((await scene.client.get('/health/ready')).status).toBe(200);
    // What is acknowledged is in the file, and not in a transaction that never ends.
    expect(await statusOfLogin(scene, 'a wrong guess')).toBe(401);
    const [refused] = await scene.other.query<{ n: number }>(
      "SELECT COUNT(*) AS n FROM audit_event WHERE action = 'login' AND outcome = 'refused'",
    );
    expect(refused?.n).toBe(1);
    await tokenIsRefusedAfterDeletionByCommand(scene);
    await end(scene);
  });
});
