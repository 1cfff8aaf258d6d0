import { changedProgram } from './support/changed-program.js';
import type { Client } from './support/client.js';
import { run, runJson, timeUntil } from './support/command-line.js';
import { useServer } from './support/use-server.js';

interface Key {
  kid: string;
  state: string;
  ready?: string;
  activated?: string;
  retired?: string;
}

/** The upkeep of the keys runs each minute, which no test waits for. */
const PATIENT = [/UPKEEP_INTERVAL_MS = 6e4/, 'UPKEEP_INTERVAL_MS = 200'] as const;
const TEXT = expect.any(String) as string;
const env = { JWT_ALGORITHM: 'ES256', JWT_KEY_MAX_AGE_DAYS: '30' };
let main: string | undefined;
const program = (): string => (main ??= changedProgram([PATIENT]));

const { server, client, database } = useServer({
  env,
  get main() {
    return program();
  },
});
const { client: otherClient } = useServer({
  env,
  get main() {
    return program();
  },
  get folder() {
    return server.folder;
  },
});

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const kidOf = (jwt: string): string =>
  (JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;
const statusOf = async (jwt: string, at: Client = client): Promise<number> => (await at.get('/user/me', jwt)).status;

let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
});

async function list(): Promise<Key[]> {
  return (await client.get<Key[]>('/signingkey/list', jwt)).body;
}

/** Waits for a key in a state. */
async function keyThatIs(state: string): Promise<Key> {
  let found: Key | undefined;
  await timeUntil(async () => (found = (await list()).find((key) => key.state === state)) !== undefined);
  if (found === undefined) throw new Error(`No key is ${state}`);
  return found;
}

/** As if the next key had been published long ago. */
async function ageNext(): Promise<void> {
  await keyThatIs('next');
  await database.query(`UPDATE signing_key SET created = ? WHERE state = 'next'`, daysAgo(1));
}

describe('The signing keys', () => {
  it('are listed without their key material, as by the command', async () => {
    const next = await keyThatIs('next');
    const keys = await list();
    expect(keys).toEqual([next, { kid: kidOf(jwt), alg: 'ES256', state: 'active', created: TEXT, activated: TEXT }]);
    expect(next).toEqual({
      kid: TEXT,
      alg: 'ES256',
      state: 'next',
      created: TEXT,
      ready: TEXT,
    });
    expect(await runJson(server, ['key', 'list'], { env })).toEqual(keys);
  });

  it('rotate by a call, once the next key has been published for long enough, and no request fails', async () => {
    const { kid, ready = '' } = await keyThatIs('next');
    const secondsUntilReady = (): number => (Date.parse(ready) - Date.now()) / 1000;
    const most = secondsUntilReady();
    const tooEarly = await client.post('/signingkey/rotate', {}, jwt);
    const least = secondsUntilReady();
    expect([tooEarly.status, tooEarly.body.code]).toEqual([409, 'rotation_too_early']);
    const waitSeconds = Number(tooEarly.headers.get('retry-after'));
    // `ready` is told in whole seconds.
    expect(waitSeconds).toBeGreaterThanOrEqual(Math.floor(least));
    expect(waitSeconds).toBeLessThanOrEqual(Math.ceil(most) + 1);
    await ageNext();
    const rotated = await client.post<Key>('/signingkey/rotate', undefined, jwt);
    expect([rotated.status, rotated.body.kid, rotated.body.state]).toEqual([200, kid, 'active']);
    expect((await list()).map(({ state }) => state).sort()).toEqual(['active', 'next', 'retired']);
    expect([await statusOf(jwt), await statusOf(jwt, otherClient)]).toEqual([200, 200]);
    expect(kidOf(await client.logIn())).toBe(kid);
  });

  it('are revoked one by one: the JWTs of that key are refused everywhere, and no others', async () => {
    const first = jwt;
    const second = await client.logIn();
    expect(kidOf(second)).not.toBe(kidOf(first));
    const { token } = await client.addAuthHeader(second, { name: 'administers', scopes: ['admin'] });
    jwt = second;
    const revoked = await client.post<Key>('/signingkey/revoke', { kid: kidOf(first) }, token);
    expect([revoked.status, revoked.body.kid]).toEqual([200, kidOf(second)]);
    // At once where it was revoked, within a second elsewhere.
    expect(await statusOf(first)).toBe(401);
    expect(await timeUntil(async () => (await statusOf(first, otherClient)) === 401)).toBeLessThan(1000);
    expect([await statusOf(second), await statusOf(second, otherClient), await statusOf(token)]).toEqual([
      200, 200, 200,
    ]);
    const [event] = (await client.get<object[]>('/audit/list?action=key.revoke', jwt)).body;
    expect(event).toMatchObject({ target: kidOf(first), detail: `${kidOf(second)} signs`, credential: 'auth-header' });
  });

  it('sign on with the next one when the active one is revoked', async () => {
    const { kid: next } = await keyThatIs('next');
    const { token } = await client.addAuthHeader(jwt, { name: 'administers', scopes: ['admin'] });
    const leaked = kidOf(jwt);
    const { stdout } = await run(server, ['key', 'revoke', leaked], { env });
    expect(stdout).toContain(`${leaked} is deleted. ${next} signs from now on.`);
    const everywhere = async () => [await statusOf(jwt), await statusOf(jwt, otherClient)];
    expect(await timeUntil(async () => (await everywhere()).every((status) => status === 401))).toBeLessThan(1000);
    jwt = await otherClient.logIn();
    expect(kidOf(jwt)).toBe(next);
    expect(await statusOf(jwt)).toBe(200);
    // Its place is taken at once.
    expect((await list()).map(({ state }) => state).sort()).toEqual(['active', 'next']);
    const again = await client.post('/signingkey/revoke', { kid: leaked }, token);
    expect([again.status, again.body.code]).toEqual([404, 'not_found']);
    const unknown = await run(server, ['key', 'revoke', 'nonsense'], { env });
    expect([unknown.code, unknown.stderr]).toEqual([1, 'There is no signing key nonsense\n']);
  });

  it('rotate by themselves when the active one has signed for JWT_KEY_MAX_AGE_DAYS', async () => {
    await ageNext();
    const before = kidOf(jwt);
    await database.query(
      `UPDATE signing_key SET activated = ?, created = ? WHERE state = 'active'`,
      daysAgo(29),
      daysAgo(90),
    );
    // Three rounds of the upkeep.
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await keyThatIs('active')).kid).toBe(before);
    await database.query(`UPDATE signing_key SET activated = ? WHERE state = 'active'`, daysAgo(31));
    await timeUntil(async () => (await keyThatIs('active')).kid !== before);
    expect([await statusOf(jwt), await statusOf(jwt, otherClient)]).toEqual([200, 200]);
    expect(kidOf(await client.logIn())).not.toBe(before);
    const events = (await client.get<{ detail: string; credential: string }[]>('/audit/list?action=key.rotate', jwt))
      .body;
    expect(events[0]).toMatchObject({ detail: `retires ${before}`, credential: 'server' });
    // One of the two processes did it, and it does not happen again.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const later = (await client.get<object[]>('/audit/list?action=key.rotate', jwt)).body;
    expect(later).toHaveLength(events.length);
  });
});
