import { DAY_MS } from '../src/config/time.js';
import { type AuthHeaderAnswer, claimsOf, newAddress } from './support/client.js';
import { run, runJson } from './support/command-line.js';
import { useSharedServer } from './support/use-server.js';

const UNKNOWN_ID = '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d';

type ManagedAuthHeader = AuthHeaderAnswer & { userId: string; username: string };

const mask = (token: string): string => `${token.slice(0, 7)}…${token.slice(-4)}`;

const { server, client, database } = useSharedServer();
let admin: string;
let owner: { id: string; username: string; jwt: string };

beforeAll(async () => {
  admin = await client.logIn();
  const username = `owner-${newAddress()}`;
  const id = await database.addUser(username);
  owner = { id, username, jwt: await client.logIn(username) };
});

const make = (body: object = {}) => client.addAuthHeader(owner.jwt, { name: 'a', ...body });
const statusOf = async (token: string) => (await client.get('/user/me', token)).status;
const revoke = (text: string, credential = admin) => client.post('/authheader/revoke', { text }, credential);

describe('An administrator', () => {
  it("lists another user's auth headers, masked and with their owner", async () => {
    const made = [await make(), await make({ scopes: ['orders:read'] })];
    expect(await statusOf(made[0]?.token ?? '')).toBe(200);
    const { status, body, text } = await client.get<ManagedAuthHeader[]>(`/authheader/all?userId=${owner.id}`, admin);
    expect(status).toBe(200);
    expect(body.map(({ id, token, userId, username }) => [id, token, userId, username])).toEqual(
      made.reverse().map(({ id, token }) => [id, mask(token), owner.id, owner.username]),
    );
    expect(body[1]?.lastUsed).toBeDefined();
    for (const { token } of made) expect(text).not.toContain(token);
  });

  it("lists everybody's, in pages", async () => {
    const [theirs, own] = [await make(), await client.addAuthHeader(admin)];
    const everybodys = await client.get<ManagedAuthHeader[]>('/authheader/all', admin);
    const ids = everybodys.body.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([theirs.id, own.id]));
    const latest = await make();
    const query = `/authheader/all?userId=${owner.id}&limit=1`;
    const first = await client.get<ManagedAuthHeader[]>(query, admin);
    expect(first.body.map(({ id }) => id)).toEqual([latest.id]);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const { pathname, search } = new URL(next, client.server.url);
    const second = await client.get<ManagedAuthHeader[]>(pathname + search, admin);
    expect(second.body.map(({ id }) => id)).toEqual([theirs.id]);
  });

  it.each<[string, (made: AuthHeaderAnswer) => string]>([
    ['id', ({ id }) => id],
    ['token', ({ token }) => token],
    ['masked form', ({ token }) => mask(token)],
  ])('revokes one by its %s, which is recorded', async (_, nameOf) => {
    const [made, bystander] = [await make(), await make()];
    expect(await statusOf(made.token)).toBe(200);
    const { status, body } = await revoke(nameOf(made));
    expect([status, body]).toEqual([200, { message: 'Success' }]);
    expect(await Promise.all([made.token, bystander.token].map(statusOf))).toEqual([401, 200]);
    const events = await client.get(`/audit/list?action=authheader.delete&target=${made.id}`, admin);
    expect(events.body).toEqual([expect.objectContaining({ userId: claimsOf(admin).sub, target: made.id })]);
    expect((await revoke(nameOf(made))).status).toBe(404);
  });

  it('revokes the old token of a rotation alone by its value', async () => {
    const made = await make();
    const rotation = { text: made.id, overlapSeconds: 600 };
    const { body } = await client.post<AuthHeaderAnswer>('/authheader/rotate', rotation, owner.jwt);
    expect((await revoke(made.token)).status).toBe(200);
    expect(await Promise.all([made.token, body.token].map(statusOf))).toEqual([401, 200]);
  });

  it('is asked for the id where a masked form names those of several users', async () => {
    const [theirs, own] = [await make(), await client.addAuthHeader(admin)];
    await database.query('UPDATE auth_header SET masked = ? WHERE id = ?', mask(theirs.token), own.id);
    const { status, body } = await revoke(mask(theirs.token));
    expect([status, body]).toEqual([
      400,
      expect.objectContaining({ details: [{ field: 'text', message: 'names several auth headers; use the id' }] }),
    ]);
    expect(await Promise.all([theirs.token, own.token].map(statusOf))).toEqual([200, 200]);
    expect((await revoke(own.id)).status).toBe(200);
  });

  it.each([UNKNOWN_ID, 'nothing of the kind', 'ep_Ab12…9xYz'])('gets 404 for %s', async (text) => {
    const { status, body } = await revoke(text);
    expect([status, body]).toEqual([404, expect.objectContaining({ message: 'There is no such auth header.' })]);
  });

  it('with an auth header needs its scope admin', async () => {
    const made = await make();
    const { token: bare } = await client.addAuthHeader(admin, { name: 'a', scopes: ['authheader:manage'] });
    const { token: administering } = await client.addAuthHeader(admin, { name: 'a', scopes: ['admin'] });
    expect((await revoke(made.id, bare)).status).toBe(403);
    expect((await client.get('/authheader/all', bare)).status).toBe(403);
    expect((await client.get('/authheader/all', administering)).status).toBe(200);
    expect((await revoke(made.id, administering)).status).toBe(200);
  });
});

describe('A list of the auth headers that expire soon', () => {
  const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();
  let soon: AuthHeaderAnswer[];

  beforeAll(async () => {
    soon = [await make({ expires: inDays(13) }), await make({ expires: inDays(2) })].reverse();
    const over = await make({ expires: inDays(1) });
    await database.query('UPDATE auth_header SET expires = ? WHERE id = ?', inDays(-1), over.id);
    await make({ expires: inDays(15) });
    await make();
  });

  const idsOf = (rows: AuthHeaderAnswer[]) => rows.map(({ id }) => id);
  const list = (query: string, credential: string) =>
    client.get<AuthHeaderAnswer[]>(`/authheader/${query}`, credential);

  it('holds those only, in pages', async () => {
    const expected = idsOf(soon);
    expect(idsOf((await list('list?expiresWithinDays=14', owner.jwt)).body)).toEqual(expected);
    expect(idsOf((await list(`all?expiresWithinDays=14&userId=${owner.id}`, admin)).body)).toEqual(expected);
    expect(idsOf((await list('all?expiresWithinDays=14', admin)).body)).toEqual(expect.arrayContaining(expected));
    expect(idsOf((await list('list?expiresWithinDays=3', owner.jwt)).body)).toEqual(expected.slice(0, 1));
    const first = await list('list?expiresWithinDays=14&limit=1', owner.jwt);
    expect(idsOf(first.body)).toEqual(expected.slice(0, 1));
    const next = /<\/authheader\/([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect(idsOf((await list(next, owner.jwt)).body)).toEqual(expected.slice(1));
  });

  it.each(['0', '3651', '14.5', 'soon', ''])('refuses %j days', async (days) => {
    for (const [path, credential] of [
      ['list', owner.jwt],
      ['all', admin],
    ] as const) {
      const { status, body } = await list(`${path}?expiresWithinDays=${days}`, credential);
      expect([status, body]).toMatchObject([400, { details: [{ field: 'expiresWithinDays' }] }]);
    }
  });

  it('is printed by a command, for fourteen days or as many as are given', async () => {
    const printed = (...options: string[]) =>
      runJson<AuthHeaderAnswer[]>(server, ['authheader', 'list', '--user', owner.username, ...options]);
    expect(idsOf(await printed('--expiring'))).toEqual(idsOf(soon));
    expect(idsOf(await printed('--expiring', '3'))).toEqual(idsOf(soon.slice(0, 1)));
  });
});

describe('The command that changes an auth header', () => {
  const update = (id: string, ...options: string[]) =>
    runJson<ManagedAuthHeader>(server, ['authheader', 'update', id, ...options]);

  it('changes what is given and leaves the rest', async () => {
    const { id, token } = await make({ scopes: ['orders:read'], expires: '2099-01-01T00:00:00Z' });
    const changed = await update(id, '--name', 'b', '--scope', 'x', '--scope', 'y', '--allowed-ip', '127.0.0.0/8');
    const bounds = { scopes: ['x', 'y'], allowedIps: ['127.0.0.0/8'] };
    expect(changed).toMatchObject({ name: 'b', ...bounds, expires: '2099-01-01T00:00:00Z', username: owner.username });
    const limit = { limit: 5000, windowSeconds: 60 };
    const limited = await update(
      id,
      '--requests',
      '5000',
      '--window-seconds',
      '60',
      '--expires',
      '2098-01-01T00:00:00Z',
    );
    expect(limited).toMatchObject({ ...bounds, expires: '2098-01-01T00:00:00Z', rateLimit: limit });
    const bare = await update(id, '--no-scopes', '--no-allowed-ips', '--no-rate-limit', '--no-expires');
    expect(bare.scopes).toEqual([]);
    for (const field of ['expires', 'allowedIps', 'rateLimit']) expect(bare).not.toHaveProperty(field);
    expect(await statusOf(token)).toBe(200);
  });

  it.each([
    [['--scope', 'a b'], 2, '--scope must be words'],
    [['--scope', 'admin'], 1, 'The scopes must not hold admin'],
    [['--expires', '2020-01-01T00:00:00Z'], 1, 'The expires must be in the future'],
  ])('says what is wrong with %j', async (options, expected, complaint) => {
    const { id } = await make();
    const { code, stderr } = await run(server, ['authheader', 'update', id, ...options]);
    expect([code, stderr]).toEqual([expected, expect.stringContaining(complaint)]);
  });
});

it('Nobody else lists or revokes the auth headers of others', async () => {
  const { id } = await client.addAuthHeader(admin);
  expect((await client.get('/authheader/all', owner.jwt)).status).toBe(403);
  expect((await revoke(id, owner.jwt)).status).toBe(403);
  expect((await client.post('/authheader/delete', { text: id }, owner.jwt)).status).toBe(404);
});
