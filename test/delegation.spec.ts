import { DAY_MS } from '../src/config/time.js';
import { type AuthHeaderAnswer, Client } from './support/client.js';
import { TestDatabase } from './support/database.js';
import { BEHIND_PROXY, startServer, type TestServer } from './support/server.js';

const NETWORK = '192.0.2.0/24';
const INSIDE = '192.0.2.7';
const MANAGE = 'authheader:manage';

/** A moment so many days from now, to the second, as the API writes it. */
const inDays = (days: number): string => `${new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 19)}Z`;

let server: TestServer;
let client: Client;
let inside: Client;
let database: TestDatabase;
let jwt: string;

beforeAll(async () => {
  server = await startServer({ env: BEHIND_PROXY });
  client = await Client.of(server);
  inside = client.from(INSIDE);
  database = await TestDatabase.of(server);
  jwt = await client.logIn();
});

afterAll(async () => {
  await database.close();
  await server.stop();
});

const make = (body: object) => client.addAuthHeader(jwt, { name: 'a', ...body });
const statusOf = async (token: string, from = inside) => (await from.get('/user/me', token)).status;

/** The ways to an auth header that is bound so: a new one, a new token for one, and a change of one whose token is known. */
const WAYS = ['add', 'rotate', 'update'] as const;

/** Has a credential ask for the token of an auth header that is bound so, by one of the ways. */
async function obtain(way: (typeof WAYS)[number], asker: string, bounds: object, from = inside) {
  if (way === 'add') return from.post<AuthHeaderAnswer>('/authheader/add', { name: 'child', ...bounds }, asker);
  const target = await make(way === 'rotate' ? bounds : {});
  const body = { text: target.id, ...(way === 'rotate' ? {} : bounds) };
  const answer = await from.post<AuthHeaderAnswer>(`/authheader/${way}`, body, asker);
  // A refusal leaves the target as it was.
  if (answer.status !== 200) expect(await rowOf(target)).toEqual([target.expires, true]);
  return answer;
}

async function rowOf({ id, token }: AuthHeaderAnswer): Promise<[string | undefined, boolean]> {
  const { body } = await client.get<AuthHeaderAnswer[]>('/authheader/list', jwt);
  const row = body.find((one) => one.id === id);
  return [row?.expires, row?.token === token];
}

describe.each(WAYS)('By %s, an auth header obtains no token that may do more than itself', (way) => {
  it('which is what it has, and less', async () => {
    const expires = inDays(2);
    const scopes = [MANAGE, 'orders:read'];
    const { token } = await make({ scopes, allowedIps: [NETWORK, '2001:db8::/32'], expires });
    for (const bounds of [
      { scopes, allowedIps: [NETWORK, '2001:db8::/32'], expires },
      { scopes: [], allowedIps: ['192.0.2.128/25'], expires: inDays(1) },
    ]) {
      const { status, body } = await obtain(way, token, bounds);
      expect([status, body]).toEqual([200, expect.objectContaining(bounds)]);
    }
  });

  it('in scope', async () => {
    const { token } = await make({ scopes: [MANAGE, 'orders:read'] });
    for (const scope of ['admin', 'orders:write', 'orders:READ']) {
      const refused = await obtain(way, token, { scopes: ['orders:read', scope] });
      expect(refused.status).toBe(403);
      expect(refused.headers.get('www-authenticate')).toContain(`error="insufficient_scope", scope="${scope}"`);
      expect(refused.body).toMatchObject({
        code: 'insufficient_scope',
        message: expect.stringContaining(scope) as string,
      });
    }
  });

  it('in time', async () => {
    const { token } = await make({ scopes: [MANAGE], expires: inDays(1) });
    const { status, body } = await obtain(way, token, { expires: inDays(2) });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'invalid_fields',
      details: [
        { field: 'expires', message: 'must not be after the expiry of the auth header that makes the request' },
      ],
    });
  });

  it.each([
    ['another network', ['198.51.100.0/24']],
    ['one network of its own and another', [NETWORK, '198.51.100.1']],
    ['a network around its own', ['192.0.0.0/16']],
    ['every address', ['0.0.0.0/0', '::/0']],
    ['its own network as a wider one of mapped addresses', ['::ffff:192.0.2.0/119']],
    ['a network that begins like its own', ['192.0.3.0/24']],
  ])('in place: %s', async (_, allowedIps) => {
    const { token } = await make({ scopes: [MANAGE], allowedIps: [NETWORK] });
    const { status, body } = await obtain(way, token, { allowedIps });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'invalid_fields',
      details: [{ field: 'allowedIps', message: `must be within: ${NETWORK}` }],
    });
  });

  it.each([
    ['the same network, by another of its addresses', [NETWORK], ['192.0.2.9/24']],
    ['an address of it', [NETWORK], ['192.0.2.9']],
    ['a part of it, and a part of the other', ['10.0.0.0/8', NETWORK], ['192.0.2.64/26', '10.1.0.0/16']],
    ['the same address in another notation', ['::1', NETWORK], ['0:0::1']],
    ['an IPv6 network in upper case', ['2001:db8::/32', NETWORK], ['2001:DB8:7::/48']],
    ['its addresses mapped into IPv6', [NETWORK], ['::ffff:192.0.2.0/120']],
    ['an IPv4 network, for one that is bound to it in mapped form', ['::ffff:192.0.2.0/120'], ['192.0.2.128/25']],
  ])('in place, which may be %s', async (_, own, allowedIps) => {
    const { token } = await make({ scopes: [MANAGE], allowedIps: own });
    const { status, body } = await obtain(way, token, { allowedIps });
    expect([status, body.allowedIps]).toEqual([200, allowedIps]);
  });

  it('in time and place: both are named', async () => {
    const { token } = await make({ scopes: [MANAGE], allowedIps: [NETWORK], expires: inDays(1) });
    const { body } = await obtain(way, token, { allowedIps: ['198.51.100.1'], expires: inDays(2) });
    expect(body).toMatchObject({ details: [{ field: 'allowedIps' }, { field: 'expires' }] });
  });

  it('and a JWT may obtain one of any', async () => {
    const bounds = { scopes: [MANAGE, 'admin', 'any:word'] };
    const { status, body } = await obtain(way, jwt, bounds);
    expect([status, body]).toEqual([200, expect.objectContaining(bounds)]);
    expect(body).not.toHaveProperty('expires');
    expect(body).not.toHaveProperty('allowedIps');
  });
});

describe('An auth header that is bound', () => {
  const bound = () => make({ scopes: [MANAGE], allowedIps: [NETWORK], expires: inDays(1) });

  it('makes one that is bound like itself, where nothing else is asked for', async () => {
    const { token, expires } = await bound();
    for (const bounds of [{}, { allowedIps: [] }]) {
      const { body } = await obtain('add', token, bounds);
      expect(body).toMatchObject({ allowedIps: [NETWORK], expires });
      expect([await statusOf(body.token), await statusOf(body.token, client)]).toEqual([200, 403]);
    }
  });

  it('rotates none that has no bounds, and leaves its token alone', async () => {
    const { token, expires } = await bound();
    for (const [bounds, fields] of [
      [{}, ['allowedIps', 'expires']],
      [{ expires }, ['allowedIps']],
      [{ allowedIps: [NETWORK] }, ['expires']],
    ] as const) {
      const target = await make(bounds);
      for (const text of [target.id, target.token]) {
        const refused = await inside.post<{ details: { field: string }[] }>('/authheader/rotate', { text }, token);
        expect([refused.status, refused.body.details.map(({ field }) => field)]).toEqual([400, fields]);
      }
      expect(await statusOf(target.token)).toBe(200);
    }
  });

  it('rotates itself, and stays as bound as it was', async () => {
    const { id, token, expires } = await bound();
    const { status, body } = await inside.post<AuthHeaderAnswer>('/authheader/rotate', { text: token }, token);
    expect([status, body]).toEqual([200, expect.objectContaining({ id, expires, allowedIps: [NETWORK] })]);
    expect([await statusOf(token), await statusOf(body.token), await statusOf(body.token, client)]).toEqual([
      401, 200, 403,
    ]);
  });

  it('does not outlive an overlap by the token that the overlap is for', async () => {
    const { id, token } = await make({ scopes: [MANAGE] });
    const { body: successor } = await client.post<AuthHeaderAnswer>(
      '/authheader/rotate',
      { text: id, overlapSeconds: 600 },
      jwt,
    );
    const rotated = await client.post('/authheader/rotate', { text: id }, token);
    expect([rotated.status, rotated.body]).toEqual([400, expect.objectContaining({ code: 'invalid_fields' })]);
    const { body: child } = await client.post<AuthHeaderAnswer>('/authheader/add', { name: 'child' }, token);
    expect(Date.parse(child.expires ?? '')).toBeLessThanOrEqual(Date.now() + 600_000);
    expect(await statusOf(successor.token)).toBe(200);
  });
});

describe('An auth header changes another', () => {
  it('not by one of its bounds alone, while another is beyond its own', async () => {
    const asker = await make({ scopes: [MANAGE], allowedIps: [NETWORK] });
    const target = await make({ scopes: ['admin'], allowedIps: ['198.51.100.0/24'] });
    const change = { text: target.id, allowedIps: [NETWORK] };
    expect((await inside.post('/authheader/update', change, asker.token)).status).toBe(403);
    expect(await statusOf(target.token)).toBe(403);
  });

  it('not to one without bounds, nor itself', async () => {
    const own = await make({ scopes: [MANAGE], allowedIps: [NETWORK], expires: inDays(1) });
    // Not a second later, which the clock may have come to: that would be beyond its own end.
    const other = await make({ allowedIps: [NETWORK], expires: own.expires });
    for (const { id } of [own, other]) {
      for (const [field, change] of [
        ['expires', { expires: null }],
        ['expires', { expires: inDays(2) }],
        ['allowedIps', { allowedIps: [] }],
      ] as const) {
        const { status, body } = await inside.post('/authheader/update', { text: id, ...change }, own.token);
        expect([status, body]).toMatchObject([400, { details: [{ field }] }]);
      }
    }
  });

  it('in its name, whatever its bounds', async () => {
    const asker = await make({ scopes: [MANAGE], allowedIps: [NETWORK] });
    const { id } = await make({ scopes: ['orders:read'] });
    expect((await inside.post('/authheader/update', { text: id, name: 'b' }, asker.token)).body).toMatchObject({
      name: 'b',
      scopes: ['orders:read'],
    });
  });
});

describe('AUTHHEADER_MAX_AGE_DAYS', () => {
  it('binds one that was made without it from its rotation on, and is not begun again by the next', async () => {
    const [endless, later, sooner] = [
      await make({}),
      await make({ expires: inDays(90) }),
      await make({ expires: inDays(7) }),
    ];
    const { token: manager } = await make({ scopes: [MANAGE] });
    await server.stop();
    server = await startServer({ env: { ...BEHIND_PROXY, AUTHHEADER_MAX_AGE_DAYS: '30' }, folder: server.folder });
    client = await Client.of(server);
    inside = client.from(INSIDE);
    const rotate = async ({ id }: AuthHeaderAnswer, by = jwt) => {
      const { status, body } = await client.post<AuthHeaderAnswer>(
        '/authheader/rotate',
        { text: id, overlapSeconds: 60 },
        by,
      );
      expect(status).toBe(200);
      const [row] = await database.query<{ expires: string }>('SELECT expires FROM auth_header WHERE id = ?', id);
      expect(`${row?.expires.slice(0, 19) ?? ''}Z`).toBe(body.expires);
      return Math.round((Date.parse(body.expires ?? '') - Date.now()) / DAY_MS);
    };
    expect(await statusOf(endless.token)).toBe(200);
    expect([await rotate(endless), await rotate(later, manager), await rotate(sooner)]).toEqual([30, 30, 7]);
    await database.query('UPDATE auth_header SET expires = ? WHERE id = ?', inDays(20), endless.id);
    expect(await rotate(endless)).toBe(20);

    const ends = inDays(20);
    await database.query('UPDATE auth_header SET expires = ? WHERE id = ?', ends, endless.id);
    const change = (body: object) =>
      client.post<AuthHeaderAnswer>('/authheader/update', { text: endless.id, ...body }, jwt);
    const beyond = await change({ expires: inDays(31) });
    expect([beyond.status, beyond.body]).toMatchObject([400, { details: [{ message: 'must be within 30 days' }] }]);
    expect((await change({ name: 'b' })).body.expires).toBe(ends);
    expect(Math.round((Date.parse((await change({ expires: null })).body.expires ?? '') - Date.now()) / DAY_MS)).toBe(
      30,
    );
  });
});
