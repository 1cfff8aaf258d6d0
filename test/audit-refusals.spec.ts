import { v7 as newId } from 'uuid';
import { type AuthHeaderAnswer, claimsOf, Client, newAddress } from './support/client.js';
import { timeUntil } from './support/command-line.js';
import { BEHIND_PROXY } from './support/server.js';
import { useServer } from './support/use-server.js';

interface Refused {
  action: string;
  outcome: string;
  username: string;
  userId: string;
  credential: string;
  credentialId: string;
  ip: string;
  client: string;
  target: string;
  detail: string;
}

const LONG_AGO = '2020-01-01T00:00:00.000Z';

const { server, client, database } = useServer({ env: BEHIND_PROXY });
let jwt: string;
let adminId: string;
let from: Client;
let ip: string;

beforeAll(async () => {
  jwt = await client.logIn();
  adminId = claimsOf(jwt).sub;
});

beforeEach(() => {
  ip = newAddress();
  from = client.from(ip);
});

const add = (body: object) => client.addAuthHeader(jwt, { name: newId(), ...body });
const refusalsOf = async (target: string) =>
  (await client.get<Refused[]>(`/audit/list?action=credential.refuse&target=${target}`, jwt)).body;

/** The event that a refusal leaves behind its answer. */
async function leftFor(target: string): Promise<Refused> {
  let events: Refused[] = [];
  await timeUntil(async () => (events = await refusalsOf(target)).length > 0);
  const [event, ...others] = events;
  if (event === undefined || others.length > 0) throw new Error(`There are ${events.length} events on ${target}`);
  return event;
}

const ofAdmin = () => ({ outcome: 'refused', userId: adminId, username: 'admin', ip });
const ofHeader = ({ id }: AuthHeaderAnswer) => ({
  ...ofAdmin(),
  credential: 'auth-header',
  credentialId: id,
  target: id,
});

describe('The refused use of a credential that belongs to somebody is recorded', () => {
  it('from an address that is not allowed', async () => {
    const header = await add({ allowedIps: ['203.0.113.9'] });
    expect((await from.get('/user/me', header.token)).status).toBe(403);
    expect(await leftFor(header.id)).toMatchObject({ ...ofHeader(header), detail: 'not allowed from this address' });
  });

  it('without the scope of a route, and without that which a proxy demands', async () => {
    for (const path of ['/user/list', '/auth/verify?scope=orders:read']) {
      const header = await add({});
      expect((await from.get(path, header.token)).status).toBe(403);
      expect(await leftFor(header.id)).toMatchObject({ ...ofHeader(header), detail: 'lacks the scope or the role' });
    }
  });

  it('after its end, and after its user was disabled', async () => {
    const header = await add({});
    await database.query('UPDATE auth_header SET expires = ? WHERE id = ?', LONG_AGO, header.id);
    expect((await from.get('/user/me', header.token)).status).toBe(401);
    expect(await leftFor(header.id)).toMatchObject({ ...ofHeader(header), detail: 'has expired' });
    const userId = await database.addUser('disabled.user');
    const session = await from.logIn('disabled.user');
    await database.query('UPDATE "user" SET disabled = ? WHERE id = ?', LONG_AGO, userId);
    expect((await from.get('/user/me', session)).status).toBe(401);
    const { jti, sid } = claimsOf(session);
    expect(await leftFor(sid)).toMatchObject({
      ...{ userId, username: 'disabled.user', credential: 'jwt', credentialId: jti, ip },
      detail: 'revoked, or its user is disabled',
    });
  });

  it('after a logout', async () => {
    const session = await from.logIn();
    await from.post('/user/logout', undefined, session);
    expect((await from.get('/user/me', session)).status).toBe(401);
    expect(await leftFor(claimsOf(session).sid)).toMatchObject({ ...ofAdmin(), credential: 'jwt' });
  });

  it('over its rate limit, from the fast path as well', async () => {
    const header = await add({ rateLimit: { limit: 2, windowSeconds: 3600 } });
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push((await from.get('/auth/verify', header.token)).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    expect(await leftFor(header.id)).toMatchObject({ ...ofHeader(header), detail: 'over its rate limit' });
  });

  it('as a client, and as a token that a client asks about', async () => {
    const client = await add({ allowedIps: ['203.0.113.9'] });
    const asked = await add({ allowedIps: ['203.0.113.9'] });
    const narrow = await add({ scopes: ['orders:read'] });
    const grant = (header: AuthHeaderAnswer, scope: string) =>
      new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: header.id,
        client_secret: header.token,
        scope,
      });
    const statuses = [
      await from.call('POST', '/oauth/token', { body: grant(client, '') }),
      await from.call('POST', '/oauth/token', { body: grant(narrow, 'orders:write') }),
      await from.call('POST', '/oauth/introspect', {
        body: new URLSearchParams({ token: asked.token }),
        headers: { authorization: jwt },
      }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([403, 400, 200]);
    expect(await leftFor(client.id)).toMatchObject({ ...ofHeader(client), detail: 'not allowed from this address' });
    expect(await leftFor(narrow.id)).toMatchObject({ ...ofHeader(narrow), detail: 'lacks the scope or the role' });
    expect(await leftFor(asked.id)).toMatchObject({ ...ofHeader(asked), detail: 'not allowed from this address' });
  });
});

describe('Refused uses', () => {
  it('of credentials that are nobody’s are not recorded', async () => {
    const number = async () => {
      const action = 'credential.refuse';
      const rows = await database.query<{ n: number }>(
        'SELECT CAST(COUNT(*) AS integer) AS n FROM audit_event WHERE action = ?',
        action,
      );
      return rows[0]?.n ?? 0;
    };
    const before = await number();
    const { token, id } = await add({});
    await client.call('DELETE', `/authheader/delete?id=${id}`, { headers: { authorization: jwt } });
    for (const garbage of [token.replace(/..$/, 'zz'), 'ep_nonsense', `${jwt}x`, jwt.replace(/\w$/, '')]) {
      expect((await from.get('/user/me', garbage)).status).toBe(401);
    }
    // What is recorded behind its answer is recorded in its order.
    const known = await add({ allowedIps: ['203.0.113.9'] });
    await from.get('/user/me', known.token);
    await leftFor(known.id);
    expect(await number()).toBe(before + 1);
  });

  it('leave one event at once, however many there are, and their number at the stop', async () => {
    const header = await add({ allowedIps: ['203.0.113.9'] });
    for (let n = 0; n < 5; n++) await Promise.all(Array.from({ length: 40 }, () => from.get('/user/me', header.token)));
    await leftFor(header.id);
    await server.stop();
    const details = (
      await database.query<{ detail: string }>(
        'SELECT detail FROM audit_event WHERE target = ? AND outcome = ?',
        header.id,
        'refused',
      )
    ).map(({ detail }) => detail);
    expect(details).toEqual([
      'not allowed from this address',
      expect.stringMatching(/^199 more since \S+: not allowed from this address$/),
    ]);
  });
});
