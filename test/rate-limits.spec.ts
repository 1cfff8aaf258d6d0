import { run, runJson } from './support/command-line.js';
import { type Answer, type AuthHeaderAnswer, Client } from './support/client.js';
import { comparableHeaders } from './support/comparable.js';
import { REVOCATION_DELAY_MS, TestDatabase } from './support/database.js';
import { BEHIND_PROXY, startServer } from './support/server.js';
import { useServer } from './support/use-server.js';
import { setTimeout as sleep } from 'node:timers/promises';

/** 30 days: no test meets the end of such a window. */
const LONG = 2_592_000;
/** Of more requests at once, a slow machine refuses some with 503, as it should. */
const AT_ONCE = 150;

const { server, client, database } = useServer({ env: BEHIND_PROXY });
let jwt: string;
let clients: Client[];

beforeAll(async () => {
  jwt = await client.logIn();
  const others = [1, 2].map(() => startServer({ env: BEHIND_PROXY, folder: server.folder }));
  clients = [client, ...(await Promise.all(others.map(async (other) => Client.of(await other))))];
});

const addLimited = (limit: number, windowSeconds = LONG, body: object = {}) =>
  client.addAuthHeader(jwt, { name: 'limited', rateLimit: { limit, windowSeconds }, ...body });
const update = (text: string, rateLimit: object | null, credential = jwt) =>
  client.post<AuthHeaderAnswer>('/authheader/update', { text, rateLimit }, credential);
const statusOf = async (path: string, token: string, asked = client) => (await asked.get(path, token)).status;

/** How many of so many requests, to servers in turn, get each status. */
async function tally(count: number, token: string, paths: readonly string[], asked = clients) {
  const statuses: Record<number, number> = {};
  for (let begun = 0; begun < count; begun += AT_ONCE) {
    const wave = Array.from({ length: Math.min(AT_ONCE, count - begun) }, (_, index) => {
      const path = paths[index % paths.length] ?? '';
      return statusOf(path, token, asked[index % asked.length]);
    });
    for (const status of await Promise.all(wave)) statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

describe('Of 100 requests at once at a limit of 10, exactly 10 pass', () => {
  it.each([
    ['the fast path', ['/auth/verify', '/user/me']],
    ['the ordinary path', ['/authheader/list']],
    ['both', ['/auth/verify', '/authheader/list', '/user/me']],
  ])('on one server, by %s', async (_, paths) => {
    const { token } = await addLimited(10);
    expect(await tally(100, token, paths, [client])).toEqual({ 200: 10, 429: 90 });
  });

  it.each(['cold', 'warm'])('on three servers, with caches that are %s', async (caches) => {
    const warmed = caches === 'warm' ? clients.length : 0;
    const { token } = await addLimited(10 + warmed);
    for (const asked of clients.slice(0, warmed)) expect(await statusOf('/auth/verify', token, asked)).toBe(200);
    expect(await tally(100, token, ['/auth/verify', '/authheader/list'])).toEqual({ 200: 10, 429: 90 });
    expect(await tally(30, token, ['/auth/verify'])).toEqual({ 429: 30 });
  });

  it('while higher limits are used up to the last permit', async () => {
    const { token } = await addLimited(200);
    const statuses = await tally(300, token, ['/auth/verify', '/user/me', '/authheader/list']);
    expect(statuses).toEqual({ 200: 200, 429: 100 });
  });
});

const limitHeadersOf = ({ headers }: Answer) => ['ratelimit-policy', 'ratelimit'].map((name) => headers.get(name));

describe('The headers', () => {
  it('tell the limit and what is left, on every way to an answer', async () => {
    const { token } = await addLimited(1000);
    const answers: Answer[] = [];
    // A look-up, a lease, a permit at hand; twice each.
    for (const path of ['/auth/verify', '/user/me', '/authheader/list', '/auth/verify', '/auth/verify'])
      answers.push(await client.get(path, token));
    for (const [used, answer] of answers.entries()) {
      const left = new RegExp(`^"auth-header";r=${999 - used};t=\\d+$`);
      expect([answer.status, ...limitHeadersOf(answer)]).toEqual([
        200,
        `"auth-header";q=1000;w=${LONG}`,
        expect.stringMatching(left),
      ]);
    }
  });

  it('differ between the fast path and the ordinary way in nothing but what is left', async () => {
    const { token } = await addLimited(1000);
    const answers: Answer[] = [];
    for (let time = 0; time < 8; time++) answers.push(await client.get('/auth/verify', token));
    const [first, ...later] = answers.map(({ headers }) =>
      comparableHeaders(headers).filter(([name]) => name !== 'ratelimit'),
    );
    expect(first).toContainEqual(['ratelimit-policy', `"auth-header";q=1000;w=${LONG}`]);
    for (const headers of later) expect(headers).toEqual(first);
  });

  it.each(['/auth/verify', '/user/me'])('of the refusal at %s tell when to come again', async (path) => {
    const { token } = await addLimited(1, 3600);
    // The end of an hour may come between the two requests.
    let answer = await client.get(path, token);
    while (answer.status === 200) answer = await client.get(path, token);
    const { status, headers, body } = answer;
    expect([status, body]).toMatchObject([429, { code: 'rate_limited', statusCode: 429 }]);
    const seconds = Number(headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(3600);
    expect(limitHeadersOf(answer)).toEqual(['"auth-header";q=1;w=3600', `"auth-header";r=0;t=${seconds}`]);
    expect(headers.get('x-user-id')).toBeNull();
  });

  it('are absent without a limit', async () => {
    const { token } = await client.addAuthHeader(jwt);
    for (const credential of [token, jwt, token]) {
      expect(limitHeadersOf(await client.get('/auth/verify', credential))).toEqual([null, null]);
    }
  });
});

describe('A limit', () => {
  it('is whole again after its window', async () => {
    const { token } = await addLimited(1, 1);
    let refused = 0;
    let admitted = 0;
    while (admitted < 3 || refused < 2) {
      const { status, headers } = await client.get('/auth/verify', token);
      if (status === 200) admitted += 1;
      else {
        refused += 1;
        expect([status, headers.get('retry-after')]).toEqual([429, '1']);
        await sleep(50);
      }
    }
  });

  it('is not exceeded by a server that is killed and started again', async () => {
    const { token } = await addLimited(320);
    await database.query("INSERT INTO rate_limit_window VALUES ('gone', '2020-01-01T00:00:00.000Z', 1, 1)");
    const before = await tally(150, token, ['/auth/verify'], [client]);
    await server.stop('SIGKILL');
    await server.start();
    const after = await tally(320, token, ['/auth/verify'], [client]);
    expect(before).toEqual({ 200: 150 });
    // What the killed one had leased is lost, at most a part of it.
    expect(after[200]).toBeLessThanOrEqual(170);
    expect(after[200]).toBeGreaterThanOrEqual(170 - 20);
    expect(await database.query("SELECT 1 FROM rate_limit_window WHERE id = 'gone'")).toEqual([]);
  });

  it('is refused for no strangers: an address that is not allowed takes no permit', async () => {
    const { token } = await addLimited(2, LONG, { allowedIps: ['192.0.2.0/24'] });
    const inside = client.from('192.0.2.7');
    for (let time = 0; time < 5; time++) expect(await statusOf('/auth/verify', token)).toBe(403);
    expect(await tally(4, token, ['/auth/verify'], [inside])).toEqual({ 200: 2, 429: 2 });
    expect(await statusOf('/auth/verify', token)).toBe(403);
  });

  it('gives way to 401 once the auth header is revoked, on every server', async () => {
    const { token, id } = await addLimited(3);
    await tally(9, token, ['/auth/verify']);
    for (const asked of clients) expect(await statusOf('/auth/verify', token, asked)).toBe(429);
    await client.post('/authheader/delete', { text: id }, jwt);
    expect(await statusOf('/auth/verify', token)).toBe(401);
    await sleep(REVOCATION_DELAY_MS);
    for (const asked of clients) expect(await statusOf('/auth/verify', token, asked)).toBe(401);
  });

  it('counts a request that lacks a scope, and none with two credentials', async () => {
    const { token } = await addLimited(2);
    const two = { headers: { authorization: token, 'x-api-key': jwt } };
    for (let time = 0; time < 3; time++) expect((await client.call('GET', '/user/me', two)).status).toBe(400);
    expect(await statusOf('/user/list', token)).toBe(403);
    expect(await statusOf('/user/list', token)).toBe(403);
    expect(await statusOf('/user/list', token)).toBe(429);
  });

  it('is no use that is noted, where it refuses', async () => {
    const { token, id } = await addLimited(1);
    await client.get('/auth/verify', token);
    const lastUsed = async () =>
      (await client.get<AuthHeaderAnswer[]>('/authheader/list', jwt)).body.find((one) => one.id === id)?.lastUsed;
    const used = await lastUsed();
    await sleep(1000);
    expect(await statusOf('/auth/verify', token)).toBe(429);
    expect(await lastUsed()).toBe(used);
  });

  it('without a permit at hand is 503 while the database is locked, and never open', async () => {
    const { token } = await addLimited(1000);
    const { token: unlimited } = await client.addAuthHeader(jwt);
    for (const credential of [token, token, unlimited]) await client.get('/auth/verify', credential);
    const locker = await TestDatabase.of(server);
    await locker.beginAlone();
    try {
      const answers = await Promise.all(Array.from({ length: 20 }, () => client.get('/auth/verify', token)));
      const statuses = answers.map(({ status }) => status);
      // One permit was leased with the second request.
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 503)).toHaveLength(19);
      for (const { status, headers } of answers) expect(headers.has('retry-after')).toBe(status === 503);
      expect(await statusOf('/auth/verify', unlimited)).toBe(200);
    } finally {
      await locker.query('ROLLBACK');
      await locker.close();
    }
    for (let tries = 0; tries < 100 && (await statusOf('/auth/verify', token)) !== 200; tries++) await sleep(100);
    expect(await statusOf('/auth/verify', token)).toBe(200);
  });
});

describe('POST /authheader/update', () => {
  it('shows the limit, and so do add, rotate and the lists', async () => {
    const added = await addLimited(5);
    const limit = { limit: 7, windowSeconds: 60 };
    const { body } = await update(added.id, limit);
    expect(added.rateLimit).toEqual({ limit: 5, windowSeconds: LONG });
    expect(body).toEqual({ ...added, rateLimit: limit });
    const listed = [
      ...(await client.get<AuthHeaderAnswer[]>('/authheader/list', jwt)).body,
      ...(await client.get<AuthHeaderAnswer[]>('/authheader/all', jwt)).body,
    ].filter(({ id }) => id === added.id);
    expect(listed.map(({ rateLimit }) => rateLimit)).toEqual([limit, limit]);
    const rotated = await client.post<AuthHeaderAnswer>('/authheader/rotate', { text: added.id }, jwt);
    expect(rotated.body.rateLimit).toEqual(limit);
    expect((await update(added.id, null)).body).not.toHaveProperty('rateLimit');
  });

  it('holds at once on the server that answers, and within a second on the others', async () => {
    const { token } = await client.addAuthHeader(jwt);
    for (const asked of clients) for (let time = 0; time < 3; time++) await asked.get('/auth/verify', token);
    await update(token, { limit: 1, windowSeconds: LONG });
    expect(await tally(5, token, ['/auth/verify'], [client])).toEqual({ 200: 1, 429: 4 });
    await sleep(REVOCATION_DELAY_MS);
    expect(await tally(9, token, ['/auth/verify'])).toEqual({ 429: 9 });

    await update(token, { limit: 4, windowSeconds: LONG });
    await sleep(REVOCATION_DELAY_MS);
    expect(await tally(9, token, ['/auth/verify'])).toEqual({ 200: 3, 429: 6 });

    await update(token, null);
    await sleep(REVOCATION_DELAY_MS);
    expect(await tally(30, token, ['/auth/verify'])).toEqual({ 200: 30 });
  });

  it('ends the permits that another server has leased for a higher limit', async () => {
    const { token } = await addLimited(10_000);
    const [, other = client] = clients;
    for (let time = 0; time < 40; time++) await other.get('/auth/verify', token);
    await update(token, { limit: 10, windowSeconds: LONG });
    await sleep(REVOCATION_DELAY_MS);
    expect(await tally(9, token, ['/auth/verify'])).toEqual({ 429: 9 });
  });

  it('is refused nowhere while the news of a change is on its way', async () => {
    const { token } = await addLimited(1000);
    const [, other = client] = clients;
    for (let limit = 1001; limit < 1006; limit++) {
      for (let time = 0; time < 4; time++) expect(await statusOf('/auth/verify', token, other)).toBe(200);
      await update(token, { limit, windowSeconds: LONG });
    }
  });

  it.each([
    [undefined, 'rateLimit'],
    ['ten', 'rateLimit'],
    [{ limit: 0, windowSeconds: 60 }, 'rateLimit.limit'],
    [{ limit: 1.5, windowSeconds: 60 }, 'rateLimit.limit'],
    [{ limit: 1_000_001, windowSeconds: 60 }, 'rateLimit.limit'],
    [{ limit: '10', windowSeconds: 60 }, 'rateLimit.limit'],
    [{ limit: 10 }, 'rateLimit.windowSeconds'],
    [{ limit: 10, windowSeconds: 0 }, 'rateLimit.windowSeconds'],
    [{ limit: 10, windowSeconds: LONG + 1 }, 'rateLimit.windowSeconds'],
    [{ limit: 10, windowSeconds: 60, burst: 3 }, 'rateLimit.burst'],
    [[], 'rateLimit'],
  ])('names what is wrong with the limit %j', async (rateLimit, field) => {
    const { id } = await addLimited(5);
    for (const [path, body] of [
      ['/authheader/update', { text: id, rateLimit }],
      ['/authheader/add', { name: 'a', rateLimit: rateLimit ?? null }],
    ] as const) {
      const { status, body: told } = await client.post<{ details: { field: string }[] }>(path, body, jwt);
      expect([status, told.details.map((detail) => detail.field)]).toEqual([400, [field]]);
    }
  });

  it("is 404 for what is not the caller's", async () => {
    await database.addUser('other');
    const other = await client.logIn('other');
    const { id, token } = await addLimited(5);
    for (const text of [id, token, 'nonsense']) expect((await update(text, null, other)).status).toBe(404);
    expect(await statusOf('/auth/verify', token)).toBe(200);
  });

  it('is recorded', async () => {
    const { id } = await addLimited(5);
    await update(id, { limit: 6, windowSeconds: 60 });
    await update(id, null);
    const { body } = await client.get<{ action: string; detail: string }[]>(`/audit/list?target=${id}`, jwt);
    expect(body.map(({ action, detail }) => [action, detail])).toEqual([
      ['authheader.update', 'no limit'],
      ['authheader.update', 'limit 6 in 60 s'],
      ['authheader.add', 'limited'],
    ]);
  });
});

describe('An auth header with a limit', () => {
  const SCOPES = { scopes: ['authheader:manage'] };

  it('gets no second count: it makes, rotates and changes no other, and does not change its own limit', async () => {
    const own = await addLimited(50, LONG, SCOPES);
    const other = await client.addAuthHeader(jwt, { name: 'other' });
    for (const [path, body] of [
      ['/authheader/add', { name: 'child' }],
      ['/authheader/add', { name: 'child', rateLimit: { limit: 1, windowSeconds: 60 } }],
      ['/authheader/rotate', { text: other.id }],
      ['/authheader/update', { text: other.id, rateLimit: null }],
      ['/authheader/update', { text: own.id, rateLimit: null }],
      ['/authheader/update', { text: own.id, rateLimit: { limit: 1, windowSeconds: 60 } }],
    ] as const) {
      const { status, body: told } = await client.post(path, body, own.token);
      expect([path, status, told]).toMatchObject([path, 403, { code: 'insufficient_scope' }]);
    }
  });

  it('rotates itself, and its count goes on', async () => {
    const { token, id } = await addLimited(5, LONG, SCOPES);
    const rotation = { text: id, overlapSeconds: 60 };
    const { body } = await client.post<AuthHeaderAnswer>('/authheader/rotate', rotation, token);
    const tokens = [body.token, token, body.token, token, body.token];
    const statuses: number[] = [];
    for (const one of tokens) statuses.push(await statusOf('/auth/verify', one));
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
  });
});

describe('The command line', () => {
  it('shows, changes and removes the limit of anybody', async () => {
    const { id, token } = await addLimited(5);
    const set = ['authheader', 'limit', id, '--requests', '6', '--window-seconds', '60'];
    expect(await runJson<AuthHeaderAnswer>(server, set)).toMatchObject({
      id,
      rateLimit: { limit: 6, windowSeconds: 60 },
    });
    const { stdout } = await run(server, ['authheader', 'list', '--limit', '1']);
    expect(stdout).toContain('6 in 60 s');
    const removed = await runJson<AuthHeaderAnswer>(server, ['authheader', 'limit', id, '--none']);
    expect(removed).not.toHaveProperty('rateLimit');
    await sleep(REVOCATION_DELAY_MS);
    expect(limitHeadersOf(await client.get('/auth/verify', token))).toEqual([null, null]);
  });

  it.each([
    [['--requests', '5'], 'Give --requests and --window-seconds, or --none'],
    [['--none', '--requests', '5'], 'Give --requests and --window-seconds, or --none'],
    [['--requests', '1000001', '--window-seconds', '60'], '--requests must be 1 to 1000000'],
    [['--requests', '5', '--window-seconds', '2592001'], '--window-seconds must be 1 to 2592000'],
  ])('says what is wrong with %j', async (options, complaint) => {
    const { code, stderr } = await run(server, ['authheader', 'limit', 'ep_Ab12…9xYz', ...options]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(complaint)]);
  });
});
