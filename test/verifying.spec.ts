import { Client } from './support/client.js';
import { startServer, type TestServer } from './support/server.js';

/** Whatever an answer says of a principal. */
function identityOf(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => /^x-(?:user|credential)-/.test(name)));
}

describe('GET /auth/verify', () => {
  let server: TestServer;
  let client: Client;
  let jwt: string;

  beforeAll(async () => {
    server = await startServer({ env: { CORS_ORIGINS: 'https://app.example.com' } });
    client = await Client.of(server);
    jwt = await client.logIn();
  });

  afterAll(() => server.stop());

  const verify = (credential: string, headers: Record<string, string> = {}) =>
    client.call('GET', '/auth/verify', { headers: { authorization: credential, ...headers } });

  it('says who a JWT speaks for in headers, without a body', async () => {
    const { status, headers, body } = await verify(jwt);
    expect(status).toBe(200);
    expect(body).toBeUndefined();
    expect(headers.get('content-length')).toBe('0');
    const me = await client.get<{ Id: string; Credential: { Id: string } }>('/user/me', jwt);
    expect(identityOf(headers)).toEqual({
      'x-user-id': me.body.Id,
      'x-user-name': 'admin',
      'x-user-roles': 'admin',
      'x-credential-kind': 'jwt',
      'x-credential-id': me.body.Credential.Id,
    });
  });

  it('says what an auth header may be used for', async () => {
    const { token, id } = await client.addAuthHeader(jwt, { name: 'orders', scopes: ['orders:read', 'orders:write'] });
    expect(identityOf((await verify(token)).headers)).toMatchObject({
      'x-credential-kind': 'auth-header',
      'x-credential-id': id,
      'x-credential-scopes': 'orders:read orders:write',
    });
  });

  it('answers a credential it remembers as it answered it first', async () => {
    const { token } = await client.addAuthHeader(jwt, { name: 'orders', scopes: ['orders:read'] });
    const answers = [await verify(token), await verify(token), await verify(token)];
    const [first, ...later] = answers.map(({ headers }) =>
      Object.fromEntries([...headers].filter(([name]) => name !== 'date')),
    );
    expect(first).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-length': '0',
    });
    for (const answer of later) expect(answer).toEqual(first);
  });

  it('tells names of any alphabet', async () => {
    const username = 'Ångström മീര';
    const added = await client.post<{ InitialPassword: string }>(
      '/user/add',
      { username, email: 'a@example.com' },
      jwt,
    );
    const change = { username, password: added.body.InitialPassword, newPassword: 'a quieter place to read' };
    const { body } = await client.post<{ Token: string }>('/user/password', change);
    const credential = body.Token;
    for (let time = 1; time <= 2; time++) {
      const told = (await verify(credential)).headers.get('x-user-name') ?? '';
      expect(told).toMatch(/^[\x21-\x7e]+$/);
      expect(decodeURIComponent(told)).toBe(username);
    }
  });

  it('answers a proxy that passes on what a browser accepts, remembered or not', async () => {
    const { token } = await client.addAuthHeader(jwt);
    for (let time = 1; time <= 2; time++) expect((await verify(token, { accept: 'text/html' })).status).toBe(200);
  });

  it('lets pages of an allowed origin read it, remembered or not', async () => {
    const { token } = await client.addAuthHeader(jwt);
    for (let time = 1; time <= 2; time++) {
      const { headers } = await verify(token, { origin: 'https://app.example.com' });
      expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    }
  });

  it('refuses a revoked credential at once, however often it was remembered', async () => {
    const { token } = await client.addAuthHeader(jwt);
    const session = await client.logIn();
    for (const credential of [token, session, token, session]) expect((await verify(credential)).status).toBe(200);
    await client.post('/authheader/delete', { text: token }, jwt);
    await client.post('/user/logout', undefined, session);
    for (const credential of [token, session]) {
      const { status, body } = await verify(credential);
      expect([status, body]).toMatchObject([401, { code: 'invalid_token' }]);
    }
  });

  it.each([
    ['none', {}, 401, 'credential_required'],
    ['nonsense', { authorization: 'Bearer nonsense' }, 401, 'invalid_token'],
    ['two', { authorization: 'ep_one', 'x-api-key': 'ep_two' }, 400, 'two_credentials'],
  ])('refuses a request with %s', async (_, headers, status, code) => {
    const answer = await client.call('GET', '/auth/verify', { headers });
    expect([answer.status, answer.body]).toMatchObject([status, { code }]);
  });

  it('answers 403 from an address that an auth header is not for, remembered or not', async () => {
    const { token } = await client.addAuthHeader(jwt, { name: 'office', allowedIps: ['203.0.113.0/24'] });
    for (let time = 1; time <= 2; time++) {
      const { status, body } = await verify(token);
      expect([status, body]).toMatchObject([403, { code: 'address_not_allowed' }]);
    }
  });
});
