import { setTimeout as sleep } from 'node:timers/promises';
import { createGuard, type Guard, guardErrorOf, type RequestHeaders } from '../../src/guard/index.js';
import { claimsOf } from '../support/client.js';
import { timeUntil } from '../support/command-line.js';
import { REVOCATION_DELAY_MS } from '../support/database.js';
import { withClaims } from '../support/forged-jwt.js';
import { HttpProxy } from '../support/http-proxy.js';
import { BEHIND_PROXY } from '../support/server.js';
import { useServer } from '../support/use-server.js';

const INTROSPECTION = '/oauth/introspect';
const FEED = '/auth/revocations';
const KEY_SET = '/.well-known/jwks.json';

const { server, client, database } = useServer({ env: BEHIND_PROXY });
let proxy: HttpProxy;
let guard: Guard;
let jwt: string;
let own: string;

// On a busy machine, the news can be late. A guard then asks about each credential, as it must, which the counts here do not expect.
jest.retryTimes(2);

beforeAll(async () => {
  jwt = await client.logIn();
  ({ token: own } = await client.addAuthHeader(jwt));
  proxy = await HttpProxy.to(server);
  guard = createGuard({ url: proxy.url, authHeader: own });
  await guard.ready();
});
beforeEach(async () => {
  proxy.treat = () => 'pass';
  await untilItRemembers();
  proxy.asked.length = 0;
});
afterAll(async () => {
  guard.close();
  await proxy.close();
});

/** Waits until the guard hears the server, and answers by what it remembers. */
async function untilItRemembers(): Promise<void> {
  await timeUntil(async () => {
    const asked = proxy.count(INTROSPECTION);
    await codeOf(own);
    return proxy.count(INTROSPECTION) === asked;
  });
}

/** `ok`, or the code of the refusal. */
async function codeOf(presented: RequestHeaders | string, options = {}, by = guard): Promise<string> {
  try {
    await by.check(presented, options);
    return 'ok';
  } catch (error) {
    return guardErrorOf(error)?.code ?? String(error);
  }
}

describe('A guard', () => {
  it('tells whose credential it is, and asks once for each', async () => {
    const { token, id } = await client.addAuthHeader(jwt, { name: 'orders', scopes: ['orders:read'] });
    const { sub, jti, exp, auth_time } = claimsOf(jwt);
    const noLogin = { authTime: null, acr: null, amr: [] };
    const user = { userId: sub, username: 'admin', roles: ['admin'] };
    for (let round = 0; round < 3; round++) {
      expect(await guard.check(jwt)).toEqual({
        ...user,
        scopes: [],
        kind: 'jwt',
        credentialId: jti,
        expires: new Date(exp * 1000),
        authTime: new Date(auth_time * 1000),
        acr: 'aal1',
        amr: ['pwd'],
      });
      const orders = {
        ...user,
        scopes: ['orders:read'],
        kind: 'auth-header',
        credentialId: id,
        expires: null,
        ...noLogin,
      };
      expect(await guard.check({ 'x-api-key': token })).toEqual(orders);
      expect(await guard.check(['Authorization', `Bearer ${token}`])).toEqual(orders);
    }
    expect(proxy.count(INTROSPECTION)).toBe(2);
  });

  it('asks once for requests that come at the same time', async () => {
    const { token } = await client.addAuthHeader(jwt);
    await Promise.all(Array.from({ length: 50 }, () => guard.check(token)));
    expect(proxy.count(INTROSPECTION)).toBe(1);
  });

  it('limits an auth header by its scopes, and everybody by roles', async () => {
    const { token } = await client.addAuthHeader(jwt, { name: 'orders', scopes: ['orders:read'] });
    const { token: whole } = await client.addAuthHeader(jwt, { name: 'all', scopes: ['orders:read', 'admin'] });
    expect(await codeOf(whole, { scopes: ['orders:read'], roles: ['editor', 'admin'] })).toBe('ok');
    expect(await codeOf(token, { scopes: ['orders:read'], roles: ['editor', 'admin'] })).toBe('insufficient_scope');
    expect(await codeOf(token, { scopes: ['orders:read', 'orders:write'] })).toBe('insufficient_scope');
    expect(await codeOf(jwt, { scopes: ['orders:write'] })).toBe('ok');
    expect(await codeOf(jwt, { roles: ['editor'] })).toBe('insufficient_scope');
  });

  it('refuses what the server has not issued, and asks nothing about it', async () => {
    const [head = '', body = '', signature = ''] = jwt.split('.');
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as object;
    const claims = claimsOf(jwt);
    for (const wrong of [
      'nonsense',
      `${own.slice(0, -1)}${own.endsWith('A') ? 'B' : 'A'}`,
      `${head}.${body}.${signature.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'))}`,
      `${head}.${encode({ ...claims, sub: 'another' })}.${signature}`,
      `${encode({ ...header, alg: 'none' })}.${body}.${signature}`,
      `${encode({ ...header, alg: 'PS256' })}.${body}.${signature}`,
      `${encode({ ...header, alg: 'HS256' })}.${body}.${signature}`,
      `${encode({ ...header, typ: 'other' })}.${body}.${signature}`,
      `${encode({ ...header, crit: ['exp'] })}.${body}.${signature}`,
      `${head}.${encode({ ...claims, exp: 1 })}.${signature}`,
      `${head}.${encode({ ...claims, nbf: 2 ** 32 })}.${signature}`,
      'a.b.c',
    ]) {
      expect([wrong, await codeOf(wrong)]).toEqual([wrong, 'invalid_token']);
    }
    expect(await codeOf({})).toBe('credential_required');
    expect(await codeOf({ authorization: jwt, 'x-api-key': own })).toBe('invalid_token');
    expect(proxy.count(INTROSPECTION)).toBe(0);
  });

  it('says of a genuine JWT alone that it has expired, and asks nothing about it', async () => {
    const expired = await withClaims(jwt, { exp: claimsOf(jwt).iat - 60 }, server, database);
    const [head = '', body = ''] = expired.split('.');
    await expect(guard.check(expired)).rejects.toMatchObject({
      code: 'token_expired',
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="The access token expired"' },
    });
    expect(await codeOf(`${head}.${body}.${jwt.split('.')[2] ?? ''}`)).toBe('invalid_token');
    const strict = createGuard({ url: proxy.url, authHeader: own, audience: 'other' });
    expect(await codeOf(expired, {}, strict)).toBe('invalid_token');
    strict.close();
    expect(proxy.count(INTROSPECTION)).toBe(0);
  });

  it('compares issuer and audience where they are given', async () => {
    for (const [options, code] of [
      [{ issuer: 'elastic-personas', audience: 'elastic-personas' }, 'ok'],
      [{ issuer: 'other' }, 'invalid_token'],
      [{ audience: 'other' }, 'invalid_token'],
    ] as const) {
      const strict = createGuard({ url: proxy.url, authHeader: own, ...options });
      expect([options, await codeOf(jwt, {}, strict)]).toEqual([options, code]);
      strict.close();
    }
  });

  it('looks for unknown keys once a second, however many there are', async () => {
    const [, body = '', signature = ''] = jwt.split('.');
    const before = proxy.count(KEY_SET);
    const begunMs = performance.now();
    await Promise.all(
      Array.from({ length: 500 }, async (_, kid) => {
        const head = Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'JWT', kid: String(kid) })).toString('base64url');
        expect(await codeOf(`${head}.${body}.${signature}`)).toBe('invalid_token');
      }),
    );
    const seconds = Math.ceil((performance.now() - begunMs) / 1000);
    expect(proxy.count(KEY_SET) - before).toBeLessThanOrEqual(1 + seconds);
    expect(await codeOf(jwt)).toBe('ok');
  });

  it('counts each check of an auth header that has a rate limit', async () => {
    const rateLimit = { limit: 2, windowSeconds: 600 };
    const { token } = await client.addAuthHeader(jwt, { name: 'limited', rateLimit });
    expect([await codeOf(token), await codeOf(token)]).toEqual(['ok', 'ok']);
    const refusal = guardErrorOf(await guard.check(token).catch((error: unknown) => error));
    expect(refusal).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(refusal?.retryAfterSeconds).toBeGreaterThan(1);
  });

  it('has an auth header that is bound to addresses checked for each of them', async () => {
    const { token } = await client.addAuthHeader(jwt, { name: 'office', allowedIps: ['192.0.2.0/24'] });
    for (let round = 0; round < 2; round++) {
      expect(await codeOf(token, { address: '192.0.2.7' })).toBe('ok');
      expect(await codeOf(token, { address: '198.51.100.7' })).toBe('invalid_token');
      expect(await codeOf(token)).toBe('invalid_token');
    }
    // What is refused is asked each time.
    expect(proxy.count(INTROSPECTION)).toBe(1 + 2 * 2);
  });

  it('takes the JWT of a machine for its auth header, with the scopes that it has', async () => {
    const { token, id } = await client.addAuthHeader(jwt, { name: 'machine', scopes: ['orders:read', 'orders:write'] });
    const answer = await fetch(`${server.url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read' }),
    });
    const { access_token: machine } = (await answer.json()) as { access_token: string };
    for (let round = 0; round < 2; round++) {
      expect(await guard.check(machine)).toMatchObject({
        kind: 'auth-header',
        credentialId: id,
        scopes: ['orders:read'],
      });
    }
    expect(proxy.count(INTROSPECTION)).toBe(1);
    await client.post('/authheader/delete', { text: id }, jwt);
    await timeUntil(async () => (await codeOf(machine)) === 'invalid_token');
  });

  it('names the option that is wrong', () => {
    for (const [options, message] of [
      [
        { url: 'localhost:3000' },
        'url must be the http or https URL of the login server, without a user, a query and a fragment',
      ],
      [{ authHeader: 'Bearer x' }, 'authHeader must be an auth header of the login server'],
      [{ cacheSize: -1 }, 'cacheSize must be a whole number of at least 0'],
      [{ clockToleranceSeconds: NaN }, 'clockToleranceSeconds must be a whole number of at least 0'],
    ] as const) {
      expect(() => createGuard({ url: proxy.url, authHeader: own, ...options })).toThrow(new TypeError(message));
    }
  });
});

describe('A guard refuses within a second', () => {
  it.each([
    ['an auth header that was deleted', 'auth-header'],
    ['a session that was ended', 'session'],
    ['a user who was disabled', 'user'],
  ])('%s', async (_, kind) => {
    const userId = await database.addUser(`guarded-${kind}`);
    const login = await client.logIn(`guarded-${kind}`);
    const { token, id } = await client.addAuthHeader(login);
    const ended = kind === 'auth-header' ? token : login;
    const kept = { 'auth-header': login, session: token }[kind] ?? jwt;
    expect([await codeOf(ended), await codeOf(kept)]).toEqual(['ok', 'ok']);
    if (kind === 'user') await client.post('/user/disable', { id: userId }, jwt);
    else if (kind === 'session') await client.post('/user/logout', undefined, login);
    else await client.post('/authheader/delete', { text: id }, login);
    const revokedMs = performance.now();
    const asked = proxy.count(INTROSPECTION);
    await timeUntil(async () => (await codeOf(ended)) === 'invalid_token');
    expect(performance.now() - revokedMs).toBeLessThan(REVOCATION_DELAY_MS + 500);
    // The news names what it revokes, and nothing else is asked about again.
    expect(await codeOf(kept)).toBe('ok');
    expect(proxy.count(INTROSPECTION)).toBe(asked + 1);
  });

  it('a JWT that it first sees after the logout', async () => {
    await database.addUser('gone');
    const login = await client.logIn('gone');
    await client.post('/user/logout', undefined, login);
    expect(await codeOf(login)).toBe('invalid_token');
  });

  it.each(['hold', 'cut', 900, 3000] as const)('also where the feed is not heard: %s', async (fault) => {
    const { token, id } = await client.addAuthHeader(jwt);
    expect(await codeOf(token)).toBe('ok');
    proxy.treat = (path) => (path === FEED ? fault : 'pass');
    await client.post('/authheader/delete', { text: id }, jwt);
    await sleep(REVOCATION_DELAY_MS);
    for (let check = 0; check < 20; check++) expect(await codeOf(token)).toBe('invalid_token');
  });
});

describe('A guard without its server', () => {
  it('says that it cannot tell, and is there again with the server', async () => {
    expect(await codeOf(jwt)).toBe('ok');
    proxy.treat = () => 'cut';
    await timeUntil(async () => (await codeOf(jwt)) === 'unavailable');
    const refusal = guardErrorOf(await guard.check(jwt).catch((error: unknown) => error));
    expect(refusal).toMatchObject({ code: 'unavailable', status: 503, headers: { 'Retry-After': '1' } });
    expect(JSON.stringify(refusal)).not.toContain(proxy.url);
    proxy.treat = () => 'pass';
    await timeUntil(async () => (await codeOf(jwt)) === 'ok');
    await untilItRemembers();
  });

  it('is not ready, and says why', async () => {
    const { token, id } = await client.addAuthHeader(jwt);
    await client.post('/authheader/delete', { text: id }, jwt);
    const mistaken = createGuard({ url: proxy.url, authHeader: token });
    await expect(mistaken.ready()).rejects.toThrow("The login server refuses the guard's own auth header (401)");
    expect(await codeOf(jwt, {}, mistaken)).toBe('unavailable');
    mistaken.close();
    proxy.treat = () => 'cut';
    const early = createGuard({ url: proxy.url, authHeader: own });
    await expect(early.ready()).rejects.toThrow('The login server cannot be reached');
    early.close();
  });
});
