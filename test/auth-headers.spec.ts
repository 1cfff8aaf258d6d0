import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { AuthHeaderAnswer, Client } from './support/client.js';
import { useServer } from './support/use-server.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const FAR_OFF = '2099-06-15T18:30:00Z';
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const TOKEN = /^ep_[0-9A-Za-z]{36}$/;
const MASKED = /^ep_[0-9A-Za-z]{4}…[0-9A-Za-z]{4}$/;
const UTC_SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const { server, client, database } = useServer();

describe('Auth headers', () => {
  let jwt: string;

  beforeAll(async () => {
    jwt = await client.logIn();
  });

  const add = (body: unknown, credential?: string) =>
    client.post<AuthHeaderAnswer>('/authheader/add', body, credential);
  const remove = (text: string, credential?: string) => client.post('/authheader/delete', { text }, credential);
  const listWith = async (credential: string) =>
    (await client.get<AuthHeaderAnswer[]>('/authheader/list', credential)).body;
  const statusOf = async (credential: string) => (await client.get('/user/me', credential)).status;
  const make = (body: object = {}, credential = jwt) => client.addAuthHeader(credential, { name: 'a', ...body });

  /** A user of this test's own, logged in. */
  const newUser = async (username: string, roles: string[] = []) => {
    const id = await database.addUser(username, roles);
    return { id, jwt: await client.logIn(username) };
  };

  const expectLacking = (answer: Awaited<ReturnType<typeof add>>, scope: string) => {
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: 'insufficient_scope' });
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer realm="elastic-personas", error="insufficient_scope", scope="${scope}"`,
    );
  };

  describe('adding', () => {
    it('answers the documented fields, and the additions that were asked for', async () => {
      const plain = await add({ name: 'production-api-key' }, jwt);
      expect(plain.status).toBe(200);
      expect(plain.body).toEqual({
        id: expect.stringMatching(UUID) as string,
        name: 'production-api-key',
        token: expect.stringMatching(TOKEN) as string,
        created: expect.stringMatching(UTC_SECONDS) as string,
        scopes: [],
      });
      expect(Math.abs(Date.parse(plain.body.created) - Date.now())).toBeLessThan(10_000);
      const full = await add({ name: 'b', expires: '2099-06-15T20:30:00+02:00', scopes: ['orders:read'] }, jwt);
      expect(full.body).toMatchObject({ expires: FAR_OFF, scopes: ['orders:read'] });
    });

    it('ends every token in the CRC-32 of what stands before it', async () => {
      const { token } = await make();
      const digits = token.slice(-6);
      const value = [...digits].reduce((sum, digit) => sum * 62 + BASE62.indexOf(digit), 0);
      expect(value).toBe(crc32(token.slice(0, -6)));
    });

    it.each([
      ['name', { name: '' }],
      ['name', { name: null }],
      ['name', { name: 'x'.repeat(101) }],
      ['name', { name: 'two\nlines' }],
      ['expires', { expires: LONG_AGO }],
      ['expires', { expires: 'tomorrow' }],
      ['expires', { expires: '2099-06-15' }],
      ['expires', { expires: '2099-06-15T18:30:00' }],
      ['expires', { expires: '2099-02-30T18:30:00Z' }],
      ['expires', { expires: '20990615T183000Z' }],
      ['expires', { expires: '2099-W24-1T18:30:00Z' }],
      ['expires', { expires: '2099-06-15T18:30:00,5Z' }],
      ['expires', { expires: '9999-12-31T23:59:59-01:00' }],
      ['expires', { expires: 4_085_000_000 }],
      ['scopes', { scopes: 'orders:read' }],
      ['scopes', { scopes: [''] }],
      ['scopes', { scopes: ['orders read'] }],
      ['scopes', { scopes: [1] }],
      ['scopes', { scopes: ['a', 'a'] }],
      ['userId', { userId: '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d' }],
    ])('refuses a bad %s, and names it: %j', async (field, body) => {
      const answer = await add({ name: 'a', ...body }, jwt);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'invalid_fields', details: [{ field }] });
    });

    it.each([
      ['scopes', 'must be an array of strings'],
      ['allowedIps', 'must be an array of addresses or networks such as 10.0.0.0/8'],
    ])('says of %s that is no list that it must be one, and not how long', async (field, message) => {
      for (const value of [null, 'a', {}]) {
        const { body } = await add({ name: 'a', [field]: value }, jwt);
        expect([value, body]).toMatchObject([value, { details: [{ field, message }] }]);
      }
    });

    it('takes a null for what is optional, or refuses it, but does not fail at it', async () => {
      for (const body of [{ scopes: null }, { expires: null }]) {
        expect([200, 400]).toContain((await add({ name: 'a', ...body }, jwt)).status);
      }
    });

    it('keeps no token readable on disk', async () => {
      const { token } = await make();
      const bytes = await database.dump();
      expect(bytes.includes(`${token.slice(0, 7)}…`)).toBe(true);
      expect(bytes.includes(token)).toBe(false);
      expect(bytes.includes(token.slice(3, -6))).toBe(false);
    });
  });

  describe('the list', () => {
    it("shows a JWT its user's own, newest first, with their values", async () => {
      const owner = await newUser('lisa');
      const made: AuthHeaderAnswer[] = [];
      for (const body of [{ name: 'first' }, { name: 'second', expires: FAR_OFF, scopes: ['x'] }, { name: 'third' }]) {
        made.unshift(await make(body, owner.jwt));
      }
      expect(await listWith(owner.jwt)).toEqual(made);
    });

    it('shows an auth header the masked values only, its own among them', async () => {
      const owner = await newUser('mona');
      const [one, other] = [await make({}, owner.jwt), await make({}, owner.jwt)];
      const seen = await client.get<AuthHeaderAnswer[]>('/authheader/list', one.token);
      expect(seen.status).toBe(200);
      expect(seen.body.map(({ token }) => token)).toEqual(
        [other, one].map(({ token }) => `${token.slice(0, 7)}…${token.slice(-4)}`),
      );
    });

    it('is empty for a user who has none', async () => {
      expect(await listWith((await newUser('nina')).jwt)).toEqual([]);
    });
  });

  describe('deleting', () => {
    it.each<[string, (made: AuthHeaderAnswer) => string]>([
      ['token', ({ token }) => token],
      ['id', ({ id }) => id],
      ['masked form', ({ token }) => `${token.slice(0, 7)}…${token.slice(-4)}`],
    ])('takes the %s once; from then on it is unknown and the token is refused', async (_, nameOf) => {
      const [made, bystander] = [await make(), await make()];
      expect(await statusOf(made.token)).toBe(200);
      const answer = await remove(nameOf(made), jwt);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ message: 'Success' });
      expect(await Promise.all(Array.from({ length: 10 }, () => statusOf(made.token)))).toEqual(Array(10).fill(401));
      expect((await remove(nameOf(made), jwt)).status).toBe(404);
      expect(await statusOf(bystander.token)).toBe(200);
    });

    it('succeeds once when asked for many times at once', async () => {
      const { token } = await make();
      const answers = await Promise.all(Array.from({ length: 8 }, () => remove(token, jwt)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(404)]);
    });

    it("answers somebody else's like one that does not exist, and leaves it alone", async () => {
      const { id, token } = await make();
      const other = await newUser('oleg', ['admin']);
      const unknown = await remove('0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d', other.jwt);
      expect(unknown.status).toBe(404);
      for (const text of [token, id, `${token.slice(0, 7)}…${token.slice(-4)}`, 'anything else', '%']) {
        const answer = await remove(text, other.jwt);
        expect(answer.status).toBe(404);
        expect(answer.text).toBe(unknown.text);
      }
      expect(await statusOf(token)).toBe(200);
    });
  });

  describe('rights', () => {
    it('are to list, not to add or delete, for an auth header without authheader:manage', async () => {
      const owner = await newUser('quin', ['admin']);
      const { token } = await make({ scopes: ['orders:read', 'admin'] }, owner.jwt);
      const victim = await make({}, owner.jwt);
      expectLacking(await add({ name: 'a' }, token), 'authheader:manage');
      const deletion = await client.post<AuthHeaderAnswer>('/authheader/delete', { text: victim.token }, token);
      expectLacking(deletion, 'authheader:manage');
      expect(await statusOf(victim.token)).toBe(200);
      expect((await client.get('/authheader/list', token)).status).toBe(200);
    });

    it('let an auth header with authheader:manage pass on what it has, and nothing else', async () => {
      const { token } = await make({ scopes: ['authheader:manage', 'orders:read'] });
      const child = await add({ name: 'child', scopes: ['orders:read', 'authheader:manage'] }, token);
      expect(child.status).toBe(200);
      for (const scope of ['admin', 'orders:write', 'orders:READ']) {
        expectLacking(await add({ name: 'a', scopes: ['orders:read', scope] }, token), scope);
      }
      expect((await remove(child.body.id, token)).status).toBe(200);
    });

    it('let only an administrator grant admin', async () => {
      const user = await newUser('paul');
      expectLacking(await add({ name: 'a', scopes: ['admin'] }, user.jwt), 'admin');
      expect(await listWith(user.jwt)).toEqual([]);
      expect((await add({ name: 'a', scopes: ['authheader:manage', 'own:word'] }, user.jwt)).status).toBe(200);
      expect((await add({ name: 'a', scopes: ['admin'] }, jwt)).status).toBe(200);
    });

    it("shrink with the owner's", async () => {
      const owner = await newUser('rosa', ['admin']);
      const { token } = await make({ scopes: ['admin', 'authheader:manage'] }, owner.jwt);
      expect((await add({ name: 'a', scopes: ['admin'] }, token)).status).toBe(200);
      await database.query('UPDATE "user" SET roles = ? WHERE id = ?', '[]', owner.id);
      expectLacking(await add({ name: 'a', scopes: ['admin'] }, token), 'admin');
      expectLacking(await add({ name: 'a', scopes: ['admin'] }, owner.jwt), 'admin');
    });
  });

  describe('the end', () => {
    it('comes when it was set to, to the second', async () => {
      const { id, token } = await make({ expires: FAR_OFF });
      const moveTo = (moment: number) =>
        database.query('UPDATE auth_header SET expires = ? WHERE id = ?', new Date(moment).toISOString(), id);
      await moveTo(Date.now() + 60_000);
      expect(await statusOf(token)).toBe(200);
      await moveTo(Date.now() - 1);
      const refused = await client.get('/user/me', token);
      expect(refused.status).toBe(401);
      expect(refused.body).toMatchObject({
        code: 'token_expired',
        message: expect.stringContaining('/authheader/add') as string,
      });
    });

    it('comes with the disabling of its owner', async () => {
      const owner = await newUser('sven');
      const { token } = await make({}, owner.jwt);
      await database.query('UPDATE "user" SET disabled = ? WHERE id = ?', LONG_AGO, owner.id);
      expect(await statusOf(token)).toBe(401);
    });

    it.each([true, false])('comes with the deletion of its owner (foreign keys enforced: %s)', async (isEnforced) => {
      const username = `tina-${isEnforced}`;
      const owner = await newUser(username);
      const { token } = await make({}, owner.jwt);
      await database.enforceReferences(isEnforced);
      await database.query('DELETE FROM "user" WHERE id = ?', owner.id);
      await database.addUser(username);
      expect(await statusOf(token)).toBe(401);
    });
  });
});

const listed = async (by: Client, credential: string) =>
  (await by.get<AuthHeaderAnswer[]>('/authheader/list', credential)).body;

describe('The last use of an auth header', () => {
  it('is listed at once, written at the end and not before, and there after a restart, as the token is', async () => {
    const userId = await database.addUser('ulla');
    const jwt = await client.logIn('ulla');
    const written = async () => {
      const select = 'SELECT id, last_used FROM auth_header WHERE user_id = ?';
      const rows = await database.query<{ id: string; last_used: string | null }>(select, userId);
      return rows.map(({ id, last_used }) => [id, last_used?.slice(0, 19)]);
    };
    const { id, token } = await client.addAuthHeader(jwt);
    expect(await listed(client, jwt)).toEqual([expect.not.objectContaining({ lastUsed: expect.anything() as string })]);

    const before = Math.floor(Date.now() / 1000) * 1000;
    expect((await client.get('/user/me', token)).status).toBe(200);
    const [used] = await listed(client, jwt);
    expect(used?.lastUsed).toMatch(UTC_SECONDS);
    expect(Date.parse(used?.lastUsed ?? '')).toBeGreaterThanOrEqual(before);
    expect(await written()).toEqual([[id, undefined]]);

    const tokens: string[] = [];
    for (let count = 0; count < 20; count++) tokens.push((await client.addAuthHeader(jwt)).token);
    const unused = await client.addAuthHeader(jwt);
    for (const some of [tokens.slice(0, 8), tokens.slice(8)]) {
      await Promise.all(some.map((one) => client.get('/user/me', one)));
      await sleep(1100);
    }
    const shown = (await listed(client, jwt)).map(({ id, lastUsed }) => [id, lastUsed?.slice(0, 19)]);
    expect(new Set(shown.map(([, lastUsed]) => lastUsed)).size).toBeGreaterThanOrEqual(3);
    expect(shown).toContainEqual([unused.id, undefined]);

    await server.stop('SIGTERM');
    expect((await written()).sort()).toEqual(shown.sort());

    await server.start();
    expect(await listed(client, jwt)).toContainEqual(expect.objectContaining({ id, token, lastUsed: used?.lastUsed }));
    expect((await client.get('/user/me', token)).status).toBe(200);
  });
});

describe('Another server on the same database, with AUTHHEADER_REVEAL=once,', () => {
  const { server: other, client: elsewhere } = useServer({
    env: { AUTHHEADER_REVEAL: 'once' },
    get folder() {
      return server.folder;
    },
  });

  it('shows a token when it is made, keeps nothing to read it from, and lists it masked, by which it can be deleted', async () => {
    await database.addUser('vera');
    const jwt = await elsewhere.logIn('vera');
    const { id, token } = await elsewhere.addAuthHeader(jwt);
    expect(token).toMatch(TOKEN);
    const sealed = await database.query('SELECT sealed_token FROM auth_header WHERE id = ?', id);
    expect(sealed).toEqual([{ sealed_token: null }]);

    const masked = (await listed(elsewhere, jwt))[0]?.token ?? '';
    expect(masked).toMatch(MASKED);
    expect((await elsewhere.get('/user/me', token)).status).toBe(200);
    expect((await elsewhere.post('/authheader/delete', { text: masked }, jwt)).status).toBe(200);
    expect((await elsewhere.get('/user/me', token)).status).toBe(401);
  });

  it('notes a last use that never goes back, though a process writes an earlier one later', async () => {
    await database.addUser('willem');
    const jwt = await client.logIn('willem');
    const { id, token } = await client.addAuthHeader(jwt);
    const lastUsed = async (by: Client) => (await listed(by, jwt))[0]?.lastUsed ?? '';
    expect((await client.get('/user/me', token)).status).toBe(200);
    const earlier = await lastUsed(client);
    await sleep(1100);
    expect((await elsewhere.get('/user/me', token)).status).toBe(200);
    const later = await lastUsed(elsewhere);
    expect(Date.parse(later)).toBeGreaterThan(Date.parse(earlier));

    await other.stop('SIGTERM');
    expect(await lastUsed(client)).toBe(later);
    await server.stop('SIGTERM');
    const [row] = await database.query<{ last_used: string }>('SELECT last_used FROM auth_header WHERE id = ?', id);
    expect(row?.last_used.slice(0, 19)).toBe(later.slice(0, 19));
  });
});
