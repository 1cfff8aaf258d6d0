import { type AuthHeaderAnswer, claimsOf, Client } from './support/client.js';
import { withClaims } from './support/forged-jwt.js';
import { useServer } from './support/use-server.js';
import { BEHIND_PROXY, startServer } from './support/server.js';

interface Grant {
  access_token: string;
  token_type: string;
  expires_in: number;
  scope?: string;
  error?: string;
}

const { server, client, database } = useServer({ env: BEHIND_PROXY });
const OFFICE = '203.0.113.7';
let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
});

const add = (scopes: string[] = [], more: object = {}) =>
  client.addAuthHeader(jwt, { name: 'machine', scopes, ...more });
const basic = ({ id, token }: Pick<AuthHeaderAnswer, 'id' | 'token'>) => ({
  authorization: `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`,
});
const grant = (headers: Record<string, string>, parameters: Record<string, string> = {}, asked = client) =>
  asked.call<Grant>('POST', '/oauth/token', {
    headers,
    body: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }),
  });

/** The JWT of a machine login. */
async function logIn(
  authHeader: Pick<AuthHeaderAnswer, 'id' | 'token'>,
  scope?: string,
  asked = client,
): Promise<string> {
  const { status, body, text } = await grant(basic(authHeader), scope === undefined ? {} : { scope }, asked);
  if (status !== 200) throw new Error(text);
  return body.access_token;
}
const statusOf = async (token: string, path = '/user/me', asked = client) => (await asked.get(path, token)).status;
const partsOf = (token: string) =>
  token.split('.', 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);

describe('A machine login', () => {
  it('yields a JWT of RFC 9068 that names the auth header and is valid for ten minutes', async () => {
    const authHeader = await add(['orders:read', 'orders:write']);
    const { status, headers, body } = await grant(basic(authHeader));
    expect([status, headers.get('cache-control'), headers.get('pragma'), body]).toEqual([
      200,
      'no-store',
      'no-cache',
      {
        access_token: expect.any(String) as string,
        token_type: 'Bearer',
        expires_in: 600,
        scope: 'orders:read orders:write',
      },
    ]);
    const [header, claims] = partsOf(body.access_token);
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) as string });
    expect(claims).toEqual({
      iss: 'elastic-personas',
      aud: 'elastic-personas',
      sub: claimsOf(jwt).sub,
      client_id: authHeader.id,
      scope: 'orders:read orders:write',
      jti: expect.any(String) as string,
      iat: expect.any(Number) as number,
      exp: Number(claims?.iat) + 600,
      token_mark: expect.stringMatching(/^[\da-f]{16}$/) as string,
    });
  });

  it.each([
    ['orders:read', 'orders:read'],
    ['orders:write orders:read', 'orders:write orders:read'],
    ['orders:read orders:read', 'orders:read'],
    ['', 'orders:read orders:write'],
  ])('grants exactly what is asked: %j', async (scope, granted) => {
    const { body } = await grant(basic(await add(['orders:read', 'orders:write'])), { scope });
    expect([body.scope, partsOf(body.access_token)[1]?.scope]).toEqual([granted, granted]);
  });

  it('grants no scope to an auth header without one', async () => {
    const { body } = await grant(basic(await add()));
    expect(body).not.toHaveProperty('scope');
    expect(partsOf(body.access_token)[1]).not.toHaveProperty('scope');
  });

  it.each([
    ['a scope that the auth header lacks', { scope: 'orders:read admin' }, 'invalid_scope'],
    ['a scope without a name', { scope: 'orders:read  orders:read' }, 'invalid_scope'],
    ['another grant', { grant_type: 'password', username: 'admin', password: 'x' }, 'unsupported_grant_type'],
    // RFC 6749, section 3.2: a parameter without a value counts as omitted.
    ['no grant', { grant_type: '' }, 'invalid_request'],
  ])('refuses %s', async (_, parameters, error) => {
    const { status, body } = await grant(basic(await add(['orders:read'])), parameters);
    expect([status, body]).toEqual([400, { error, error_description: expect.any(String) as string }]);
  });

  it('needs an auth header: no JWT obtains the next one', async () => {
    const own = await logIn(await add());
    for (const headers of [
      { authorization: `Bearer ${jwt}` },
      { authorization: `Bearer ${own}` },
      basic({ id: claimsOf(own).jti, token: own }),
      {},
    ]) {
      const { status, body } = await grant(headers);
      expect([status, body.error]).toEqual([401, 'invalid_client']);
    }
    const documented = client.contract.operations().find(({ path }) => path === '/oauth/token');
    expect(documented?.security).toEqual([{ authHeader: [] }, { client: [] }]);
  });

  it('does not outlive the auth header', async () => {
    const expires = new Date(Date.now() + 60_000).toISOString();
    const { body } = await grant(basic(await add([], { expires })));
    expect(body.expires_in).toBeLessThanOrEqual(60);
    expect(Number(partsOf(body.access_token)[1]?.exp) * 1000).toBeLessThanOrEqual(Date.parse(expires));
  });

  it('nor JWT_TTL', async () => {
    const other = await Client.of(await startServer({ env: { JWT_TTL: '1m' }, folder: server.folder }));
    expect((await grant(basic(await add()), {}, other)).body.expires_in).toBe(60);
  });
});

describe('The JWT of a machine login is its auth header with the requested scopes', () => {
  it('at guarded routes, for proxies and in introspection', async () => {
    const authHeader = await add(['orders:read', 'orders:write']);
    const own = await logIn(authHeader, 'orders:read');
    for (let count = 0; count < 2; count++) {
      const verified = await client.get('/auth/verify', own);
      expect([
        verified.status,
        ...['kind', 'id', 'scopes'].map((name) => verified.headers.get(`x-credential-${name}`)),
      ]).toEqual([200, 'auth-header', authHeader.id, 'orders:read']);
    }
    const { body: me } = await client.get('/user/me', own);
    expect(me.Credential).toMatchObject({ Kind: 'auth-header', Id: authHeader.id, Scopes: ['orders:read'] });
    const asked = { headers: basic(authHeader), body: new URLSearchParams({ token: own }) };
    const { body } = await client.call('POST', '/oauth/introspect', asked);
    const { jti, iat, exp } = claimsOf(own);
    expect(body).toMatchObject({
      active: true,
      credential_kind: 'auth-header',
      client_id: authHeader.id,
      scope: 'orders:read',
      jti,
      iat,
      exp,
    });
    expect(body).not.toHaveProperty('sid');
  });

  it('with no right that was not asked for, and none of a session', async () => {
    const authHeader = await add(['admin', 'authheader:manage']);
    const none = await logIn(await add(['orders:read']));
    const manages = await logIn(authHeader, 'authheader:manage');
    expect([await statusOf(none, '/authheader/all'), await statusOf(manages, '/authheader/all')]).toEqual([403, 403]);
    expect(await statusOf(await logIn(authHeader), '/authheader/all')).toBe(200);
    const adding = async (token: string, body: object = {}) =>
      (await client.post('/authheader/add', { name: 'bred', ...body }, token)).status;
    expect([await adding(none), await adding(manages), await adding(manages, { scopes: ['admin'] })]).toEqual([
      403, 200, 403,
    ]);
    for (const path of ['/user/renew', '/user/logout']) expect((await client.post(path, {}, manages)).status).toBe(403);
  });

  it('from its addresses only, at the login and at every use', async () => {
    const bound = await add([], { allowedIps: [OFFICE] });
    const { status, body } = await grant(basic(bound));
    expect([status, body.error]).toEqual([403, 'access_denied']);
    const own = await logIn(bound, undefined, client.from(OFFICE));
    expect([await statusOf(own), await statusOf(own, '/user/me', client.from(OFFICE))]).toEqual([403, 200]);
  });

  it('with its rate limit, which both share', async () => {
    const limited = await add([], { rateLimit: { limit: 4, windowSeconds: 2_592_000 } });
    const own = await logIn(limited);
    const statuses = [await statusOf(own), await statusOf(limited.token), await statusOf(own), await statusOf(own)];
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await grant(basic(limited))).status).toBe(429);
  });

  it('that may not be revoked by itself, and foreign ones are not told apart', async () => {
    const authHeader = await add();
    const own = await logIn(authHeader);
    const revoke = (headers: Record<string, string>) =>
      client.call('POST', '/oauth/revoke', { headers, body: new URLSearchParams({ token: own }) });
    const { status, body } = await revoke(basic(authHeader));
    expect([status, body.error]).toEqual([400, 'unsupported_token_type']);
    await database.addUser('berta');
    const berta = await client.addAuthHeader(await client.logIn('berta'));
    expect((await revoke(basic(berta))).status).toBe(200);
    expect(await statusOf(own)).toBe(200);
  });
});

describe('The JWT of a machine login ends, everywhere,', () => {
  let other: Client;
  beforeAll(async () => {
    other = await Client.of(await startServer({ env: BEHIND_PROXY, folder: server.folder }));
  });

  const rotate = (text: string, overlapSeconds = 0) =>
    client.post<AuthHeaderAnswer>('/authheader/rotate', { text, overlapSeconds }, jwt);

  it.each<[string, (authHeader: AuthHeaderAnswer) => Promise<unknown>]>([
    ['with the deletion of its auth header', ({ id }) => client.post('/authheader/delete', { text: id }, jwt)],
    ['with a rotation without an overlap', ({ id }) => rotate(id)],
    [
      'with the revocation of the old token in the overlap',
      async ({ id, token }) => {
        await rotate(id, 3600);
        await client.post('/authheader/delete', { text: token }, jwt);
      },
    ],
    [
      'with the expiry of its auth header',
      ({ id }) => database.query('UPDATE auth_header SET expires = ? WHERE id = ?', new Date().toISOString(), id),
    ],
  ])('%s', async (_, end) => {
    const authHeader = await add();
    const own = await logIn(authHeader);
    expect([await statusOf(own), await statusOf(own, '/user/me', other)]).toEqual([200, 200]);
    await end(authHeader);
    expect(await statusOf(own)).toBe(401);
    while ((await statusOf(own, '/user/me', other)) === 200) await new Promise((done) => setTimeout(done, 50));
    const asked = { headers: { authorization: `Bearer ${jwt}` }, body: new URLSearchParams({ token: own }) };
    expect((await client.call('POST', '/oauth/introspect', asked)).text).toBe('{"active":false}');
  });

  it('when its owner is disabled', async () => {
    const userId = await database.addUser('carla');
    const authHeader = await client.addAuthHeader(await client.logIn('carla'));
    const own = await logIn(authHeader);
    expect(await statusOf(own)).toBe(200);
    await client.post('/user/disable', { id: userId }, jwt);
    expect([await statusOf(own), (await grant(basic(authHeader))).status]).toEqual([401, 401]);
  });

  it('and not with a rotation that leaves the old token an overlap', async () => {
    const authHeader = await add();
    const own = await logIn(authHeader);
    const { body } = await rotate(authHeader.id, 3600);
    expect([await statusOf(own), await statusOf(await logIn(body)), await statusOf(await logIn(authHeader))]).toEqual([
      200, 200, 200,
    ]);
  });
});

describe('The JWT of a machine login that has expired', () => {
  it('is refused as such, is inactive, and can be revoked like any other that is worth nothing', async () => {
    const authHeader = await add(['orders:read']);
    const machine = await logIn(authHeader);
    const expired = await withClaims(machine, { exp: claimsOf(machine).iat - 1 }, server, database);
    const { status, body } = await client.get('/user/me', expired);
    expect([status, body.code, body.message]).toEqual([
      401,
      'token_expired',
      'The JWT has expired: get a new one with POST /oauth/token.',
    ]);
    const headers = basic(authHeader);
    for (const [path, answer] of [
      ['/oauth/introspect', '{"active":false}'],
      ['/oauth/revoke', ''],
    ] as const) {
      const asked = await client.call('POST', path, { headers, body: new URLSearchParams({ token: expired }) });
      expect([path, asked.status, asked.text]).toEqual([path, 200, answer]);
    }
    const asClient = { authorization: `Bearer ${expired}` };
    const refused = await client.call('POST', '/oauth/introspect', {
      headers: asClient,
      body: new URLSearchParams({ token: machine }),
    });
    expect([refused.status, refused.body.error]).toEqual([401, 'invalid_client']);
  });
});
