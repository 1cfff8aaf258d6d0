import { once } from 'node:events';
import { claimsOf, Client, parseAnswer, sendRaw } from '../support/client.js';
import { comparableHeaders, comparableText } from '../support/comparable.js';
import { Connection, refusesConnections } from '../support/connection.js';
import { BEHIND_PROXY, startServer } from '../support/server.js';
import { useServer } from '../support/use-server.js';

/** Whatever an answer says of a principal. */
function identityOf(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => /^x-(?:user|credential|auth)-/.test(name)));
}

const ALLOWED = 'https://app.example.com';
const OTHER_TOKEN = `ep_${'0'.repeat(36)}`;

const { server, client } = useServer({ env: { CORS_ORIGINS: ALLOWED, ...BEHIND_PROXY } });
let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
});

describe('GET /auth/verify', () => {
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
      'x-credential-scopes': '',
      'x-auth-methods': 'pwd',
      'x-auth-time': String(claimsOf(jwt).auth_time),
    });
  });

  it('says what an auth header may be used for', async () => {
    const { token, id } = await client.addAuthHeader(jwt, { name: 'orders', scopes: ['orders:read', 'orders:write'] });
    expect(identityOf((await verify(token)).headers)).toMatchObject({
      'x-credential-kind': 'auth-header',
      'x-credential-id': id,
      'x-credential-scopes': 'orders:read orders:write',
      'x-auth-methods': '',
      'x-auth-time': '',
    });
  });

  it('answers a credential it remembers as it answered it first', async () => {
    const { token } = await client.addAuthHeader(jwt, { name: 'orders', scopes: ['orders:read'] });
    const answers = [await verify(token), await verify(token), await verify(token)];
    const [first, ...later] = answers.map(({ headers }) => Object.fromEntries(comparableHeaders(headers)));
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
      const { headers } = await verify(token, { origin: ALLOWED });
      expect(headers.get('access-control-allow-origin')).toBe(ALLOWED);
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
    ['two', { authorization: 'ep_one', 'x-api-key': 'ep_two' }, 401, 'invalid_token'],
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

/** A request to the letter, and the last of its connection. */
function requestText(first: string, headers: Readonly<Record<string, string>>, body = ''): string {
  const lines = Object.entries(headers).map((pair) => pair.join(': '));
  return [first, ...lines, 'Connection: close', '', body].join('\r\n');
}

describe.each(['/auth/verify', '/user/me'])('GET %s', (path) => {
  /** What comes back, but for the time and the id. */
  const answerTo = async (request: string): Promise<string> => comparableText(await sendRaw(server, request));
  const remember = async (token: string): Promise<void> => {
    for (let time = 1; time <= 2; time++) expect((await client.get(path, token)).status).toBe(200);
  };
  const get = `GET ${path} HTTP/1.1`;

  it.each<[string, (token: string) => string, number, number?]>([
    ['plainly', (token) => requestText(get, { Host: 'a', Authorization: token }), 200],
    ['in another case', (token) => requestText(get, { HOST: 'a', 'x-AUTHORIZATION': `bEARER  ${token}` }), 200],
    ['as a key', (token) => requestText(get, { Host: 'a', 'X-API-Key': token }), 200],
    ['twice', (token) => requestText(get, { Host: 'a', Authorization: token, 'X-API-Key': token }), 200],
    [
      'next to another',
      (token) => requestText(get, { Host: 'a', Authorization: token, 'X-API-Key': OTHER_TOKEN }),
      401,
      400,
    ],
    ['next to an empty one', (token) => requestText(get, { Host: 'a', Authorization: '', 'X-API-Key': token }), 200],
    [
      'next to a login of a proxy',
      (token) => requestText(get, { Host: 'a', Authorization: 'Basic dTpw', 'X-API-Key': token }),
      200,
    ],
    ['from an allowed page', (token) => requestText(get, { Host: 'a', Authorization: token, Origin: ALLOWED }), 200],
    ['from another page', (token) => requestText(get, { Host: 'a', Authorization: token, Origin: 'https://b' }), 200],
    [
      'accepting JSON among others',
      (token) => requestText(get, { Host: 'a', Authorization: token, Accept: 'text/html, */*;q=0.1' }),
      200,
    ],
    [
      'accepting no JSON',
      (token) => requestText(get, { Host: 'a', Authorization: token, Accept: 'text/html' }),
      200,
      406,
    ],
    ['expecting the unheard of', (token) => requestText(get, { Host: 'a', Authorization: token, Expect: 'more' }), 200],
    [
      'expecting to go on',
      (token) => requestText(get, { Host: 'a', Authorization: token, Expect: '100-continue' }),
      200,
    ],
    ['with a body', (token) => requestText(get, { Host: 'a', Authorization: token, 'Content-Length': '2' }, '{}'), 200],
    [
      'with a body in parts',
      (token) =>
        requestText(get, { Host: 'a', Authorization: token, 'Transfer-Encoding': 'chunked' }, '2\r\n{}\r\n0\r\n\r\n'),
      200,
    ],
    ...['identity', 'gzip', 'xchunked'].map((coding): [string, (token: string) => string, number] => [
      `with a body in no parts but "${coding}"`,
      (token) => requestText(get, { Host: 'a', Authorization: token, 'Transfer-Encoding': coding }),
      400,
    ]),
    [
      'with a body in parts, in HTTP/1.0',
      (token) =>
        requestText(`GET ${path} HTTP/1.0`, { Authorization: token, 'Transfer-Encoding': 'chunked' }, '0\r\n\r\n'),
      200,
    ],
    [
      'with too long a header',
      (token) => requestText(get, { Host: 'a', Authorization: token, 'X-Long': 'a'.repeat(20_000) }),
      431,
    ],
    ['without a host', (token) => requestText(get, { Authorization: token }), 401, 400],
    ['with two hosts', (token) => requestText(get, { Host: 'a', HOST: 'b', Authorization: token }), 401, 400],
    [
      'with more headers than are kept',
      (token) =>
        requestText(get, {
          Host: 'a',
          Authorization: token,
          ...Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`b${index}`, '1'])),
        }),
      401,
      431,
    ],
    ['in HTTP/1.0', (token) => requestText(`GET ${path} HTTP/1.0`, { Authorization: token }), 200],
    [
      'for the headers alone',
      (token) => requestText(`HEAD ${path} HTTP/1.1`, { Host: 'a', Authorization: token }),
      200,
    ],
    ['with a query', (token) => requestText(`GET ${path}?a=b HTTP/1.1`, { Host: 'a', Authorization: token }), 403, 200],
    [
      'with an encoded path',
      (token) => requestText(`GET ${path.replace('e', '%65')} HTTP/1.1`, { Host: 'a', Authorization: token }),
      200,
    ],
    [
      'with a slash at the end',
      (token) => requestText(`GET ${path}/ HTTP/1.1`, { Host: 'a', Authorization: token }),
      200,
      404,
    ],
    [
      'with another method',
      (token) => requestText(`DELETE ${path} HTTP/1.1`, { Host: 'a', Authorization: token }),
      200,
      405,
    ],
  ])('asked %s, answers a credential it remembers as one it does not', async (_, request, verified, me = verified) => {
    const { token } = await client.addAuthHeader(jwt, { name: 'orders', scopes: ['orders:read'] });
    const unknown = await answerTo(request(token));
    await remember(token);
    const remembered = await answerTo(request(token));
    expect(remembered).toBe(unknown);
    const final = remembered.replace(/^HTTP\/1.1 100 .*\r\n\r\n/, '');
    expect(parseAnswer(final).status).toBe(path === '/user/me' ? me : verified);
  });

  it('answers requests that were sent at once in their order', async () => {
    const { token } = await client.addAuthHeader(jwt);
    await remember(token);
    const { token: deleted } = await client.addAuthHeader(jwt);
    await client.post('/authheader/delete', { text: deleted }, jwt);
    const ask = (target: string, by: string): string =>
      `GET ${target} HTTP/1.1\r\nHost: a\r\nAuthorization: ${by}\r\n\r\n`;
    const connection = await Connection.to(server);
    const asked = [ask(path, token), ask(path, deleted), ask(path, token), ask('/nothing', token), ask(path, token)];
    connection.write(asked.join('') + requestText('GET /health/live HTTP/1.1', { Host: 'a' }));
    const received = await connection.ended();
    const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '401', '200', '404', '200', '200']);
  });

  it('checks the client address of an auth header each time, as the trusted proxy gives it', async () => {
    const { token } = await client.addAuthHeader(jwt, { name: 'office', allowedIps: ['203.0.113.0/24'] });
    for (const [address, status] of Object.entries({ '203.0.113.7': 200, '192.0.2.7': 403, '203.0.113.8': 200 })) {
      for (let time = 1; time <= 2; time++) {
        expect([address, (await client.from(address).get(path, token)).status]).toEqual([address, status]);
      }
    }
    expect((await client.from('203.0.113.7, 192.0.2.7').get(path, token)).status).toBe(403);
  });

  it('notes the use of a credential it remembers', async () => {
    const { token, id } = await client.addAuthHeader(jwt);
    const lastUsed = async (): Promise<string | undefined> => {
      const { body } = await client.get<{ id: string; lastUsed?: string }[]>('/authheader/list', jwt);
      return body.find((one) => one.id === id)?.lastUsed;
    };
    await remember(token);
    const before = await lastUsed();
    for (let turn = 0; turn < 30 && (await lastUsed()) === before; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await client.get(path, token);
    }
    expect(await lastUsed()).not.toBe(before);
  });

  it('sends what comes while the server stops elsewhere, remembered or not', async () => {
    const stopping = await startServer();
    const own = await Client.of(stopping);
    const credential = await own.logIn();
    for (let time = 1; time <= 2; time++) expect((await own.get(path, credential)).status).toBe(200);
    const halfSent = await Connection.to(stopping);
    halfSent.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: ${credential}\r\n`);
    const exited = once(stopping.process, 'exit');
    stopping.process.kill('SIGTERM');
    await refusesConnections(stopping);
    halfSent.write('\r\n');
    const { status, headers } = parseAnswer(await halfSent.ended());
    expect([status, headers.get('connection')]).toEqual([503, 'close']);
    await exited;
  });
});
