import { METHODS } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { parseAnswer, sendRaw } from '../support/client.js';
import { Connection } from '../support/connection.js';
import { useServer } from '../support/use-server.js';

const ORIGIN = 'https://app.example.com';
const IDENTITY = [
  'x-user-id',
  'x-user-name',
  'x-user-roles',
  'x-credential-kind',
  'x-credential-id',
  'x-credential-scopes',
  'x-auth-methods',
  'x-auth-time',
];
/** What a proxy may refuse its client with, and passes on. */
const UNDERSTOOD = [401, 403, 429, 503];
const TARGETS = [
  '/auth/verify',
  '/auth/verify/',
  '/auth/verify/orders/42',
  '/auth/verify/orders/42?sort=a&a[]=%zz',
  '/auth/verify?',
  '/auth/verify/?a=b',
  '/auth/verify/%zz/%00/..%2f..',
  '/auth/verify//a/../../user/me',
  `/auth/verify/${'a'.repeat(4000)}`,
  'http://b.example.com/auth/verify/orders',
  'HTTP://B.example.com/auth/verify',
  'Https://b.example.com/auth/verify/orders',
  '/auth/verif%79',
  '/%61uth/ver%69fy/orders/%2f',
  'HTTP://b.example.com/%61%75%74%68/verif%79/?a=b',
];
const METHODS_OF_PROXIES = METHODS.filter((method) => method !== 'CONNECT');
/** The headers of a body, and what comes after them. */
const BODIES: Readonly<Record<string, readonly [headers: Readonly<Record<string, string>>, body: string]>> = {
  'a form': [{ 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': '3' }, 'a=b'],
  'broken JSON': [{ 'Content-Type': 'application/json', 'Content-Length': '1' }, '{'],
  'a type that is none': [{ 'Content-Type': '/;', 'Content-Length': '1' }, 'x'],
  'a length alone': [{ 'Content-Length': '20000000' }, ''],
  'the greatest length alone': [{ 'Content-Type': 'application/json', 'Content-Length': '9007199254740991' }, ''],
  'a length of 0': [{ 'Content-Type': 'application/json', 'Content-Length': '0' }, ''],
  chunks: [{ 'Content-Type': 'text/plain', 'Transfer-Encoding': 'chunked' }, '3\r\nabc\r\n0\r\n\r\n'],
  'chunks that never come': [{ 'Transfer-Encoding': 'chunked' }, ''],
  'a wish to go on': [{ 'Content-Length': '3', Expect: '100-continue' }, ''],
  'a wish unheard of': [{ 'Content-Length': '3', Expect: 'more' }, 'abc'],
  'an encoding': [{ 'Content-Encoding': 'gzip', 'Content-Type': 'a/b', 'Content-Length': '3' }, 'abc'],
  'an upgrade': [{ Upgrade: 'websocket', Connection: 'Upgrade, close', 'Sec-WebSocket-Version': '13' }, ''],
};

const { server, client } = useServer({ env: { CORS_ORIGINS: ORIGIN } });
let jwt: string;
let unscoped: string;

beforeAll(async () => {
  jwt = await client.logIn();
  unscoped = (await client.addAuthHeader(jwt)).token;
});

async function ask(method: string, target: string, headers: Readonly<Record<string, string>>, body = '') {
  const lines = Object.entries({ Host: 'a', Connection: 'close', ...headers }).map((pair) => pair.join(': '));
  const received = await sendRaw(server, `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  return parseAnswer(received.replace(/^HTTP\/1\.1 100 .*\r\n\r\n/, ''));
}

describe('A proxy that asks with', () => {
  it('any method, on any path, gets the identity of its client', async () => {
    for (const method of METHODS_OF_PROXIES) {
      for (const target of TARGETS) {
        const { status, headers, text } = await ask(method, target, { Authorization: jwt });
        expect([method, target, status, text]).toEqual([method, target, 200, '']);
        expect(IDENTITY.filter((name) => !headers.has(name))).toEqual([]);
      }
    }
  });

  it.each(Object.keys(BODIES))('%s gets an answer, which does not depend on it', async (name) => {
    const [headers, body] = BODIES[name] ?? [{}, ''];
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS', 'QUERY', 'PURGE']) {
      for (const credential of [jwt, unscoped]) {
        const answer = await ask(method, '/auth/verify/orders', { 'X-Authorization': credential, ...headers }, body);
        expect([method, answer.status]).toEqual([method, 200]);
      }
      expect([method, (await ask(method, '/auth/verify', headers, body)).status]).toEqual([method, 401]);
    }
  });

  it.each<[string, Readonly<Record<string, string>>, number]>([
    ['no credential', {}, 401],
    ['two credentials', { Authorization: 'ep_one', 'X-API-Key': 'ep_two' }, 401],
    ['two hosts', { host: 'b', Authorization: 'ep_one' }, 401],
    ['no type that is accepted', { Accept: 'text/html;q=0', 'X-API-Key': 'ep_one' }, 401],
    ['too many headers', Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`b${index}`, '1'])), 401],
    ['the preflight of its client', { Origin: ORIGIN, 'Access-Control-Request-Method': 'DELETE' }, 401],
  ])('%s gets a refusal that it understands', async (_, headers, expected) => {
    for (const method of ['GET', 'POST', 'OPTIONS', 'PROPFIND']) {
      for (const target of TARGETS) {
        const { status, text } = await ask(method, target, headers);
        expect([method, target, status]).toEqual([method, target, expected]);
        expect(UNDERSTOOD).toContain((JSON.parse(text) as { statusCode: number }).statusCode);
      }
    }
  });

  it('HEAD gets the headers alone, of a refusal too', async () => {
    const { status, headers, text } = await ask('HEAD', '/auth/verify/orders', {});
    expect([status, text]).toEqual([401, '']);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="elastic-personas"');
  });

  it('a credential without scopes gets an empty header of them', async () => {
    for (const [credential, kind] of Object.entries({ [jwt]: 'jwt', [unscoped]: 'auth-header' })) {
      const { headers } = await ask('GET', '/auth/verify', { Authorization: credential });
      expect([headers.get('x-credential-kind'), headers.get('x-credential-scopes')]).toEqual([kind, '']);
    }
  });
});

/** What proxies send to ask about `POST /orders/42?page=1` with a form of three bytes, but for the credential. */
const REPLAYED: Readonly<Record<string, readonly string[]>> = {
  "Envoy's ext_authz": [
    'POST /auth/verify/orders/42?page=1 HTTP/1.1',
    'host: app.example.com',
    'content-length: 0',
    'x-envoy-internal: true',
    'x-forwarded-for: 192.0.2.7',
    'x-envoy-expected-rq-timeout-ms: 1000',
  ],
  "HAProxy's auth-intercept with *": [
    'POST /auth/verify HTTP/1.1',
    'host: 127.0.0.1:3000',
    'user-agent: haproxy-lua-http/1.0',
    'content-type: application/x-www-form-urlencoded',
    'content-length: 3',
    'connection: close',
  ],
  "HAProxy's auth-request": ['HEAD /auth/verify HTTP/1.1', 'host: 127.0.0.1:3000', 'content-length: 3'],
  "Caddy's forward_auth with `uri /auth/verify?`": [
    'GET /auth/verify HTTP/1.1',
    'Host: app.example.com',
    'User-Agent: curl/8.5.0',
    'Accept: text/html',
    'Content-Type: application/x-www-form-urlencoded',
    'X-Forwarded-For: 192.0.2.7',
    'X-Forwarded-Method: POST',
    'X-Forwarded-Uri: /orders/42?page=1',
    'Accept-Encoding: gzip',
  ],
  "Traefik's forwardAuth": [
    'GET /auth/verify HTTP/1.1',
    'Host: 127.0.0.1:3000',
    'User-Agent: Go-http-client/1.1',
    'X-Forwarded-Host: app.example.com',
    'X-Forwarded-Method: POST',
    'X-Forwarded-Port: 443',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Uri: /orders/42?page=1',
  ],
  'nginx without the lines of the recipe': [
    'GET /auth/verify HTTP/1.0',
    'Host: 127.0.0.1:3000',
    'Connection: close',
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Length: 3',
  ],
};

describe('The request is answered, with and without a credential, of', () => {
  it.each(Object.entries(REPLAYED))('%s', async (_, lines) => {
    for (const [credential, status] of [
      [`authorization: Bearer ${jwt}`, 200],
      [`x-api-key: ${unscoped}`, 200],
      ['authorization: Bearer nonsense', 401],
      ['x-other: a', 401],
    ] as const) {
      const connection = await Connection.to(server);
      connection.write([...lines, credential, '', ''].join('\r\n'));
      await connection.receives(/\r\n\r\n/);
      // Closes it, if the answer has not done so.
      connection.write('nonsense\r\n\r\n');
      const { status: given, headers } = parseAnswer(await connection.ended());
      expect([credential, given]).toEqual([credential, status]);
      expect(IDENTITY.filter((name) => headers.has(name))).toEqual(status === 200 ? IDENTITY : []);
      expect(headers.has('www-authenticate')).toBe(status === 401);
    }
  });
});

describe('A body that nothing reads', () => {
  it('is not taken for the next request', async () => {
    const connection = await Connection.to(server);
    const smuggled = `GET /user/me HTTP/1.1\r\nHost: a\r\nAuthorization: ${jwt}\r\n\r\n`;
    connection.write(
      `POST /auth/verify HTTP/1.1\r\nHost: a\r\nAuthorization: ${jwt}\r\nContent-Length: 9\r\n\r\n${smuggled}`,
    );
    const received = await connection.ended();
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
    expect(received).toMatch(/^connection: close$/im);
  });

  it.each([
    ['/auth/verify', 200],
    ['/user/login', 413],
  ])('does not destroy the response of %s while it is sent', async (path, status) => {
    for (let time = 1; time <= 5; time++) expect(await statusOfLongPost(path)).toBe(status);
  });
});

/** Sends more than the buffers between the two hold, and reads only afterwards. */
async function statusOfLongPost(path: string): Promise<number> {
  const { port, hostname } = new URL(server.url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  const chunk = Buffer.alloc(1 << 20, 'a');
  let received = '';
  socket.on('data', (data) => (received += data.toString()));
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  const head = {
    Host: 'a',
    Authorization: jwt,
    'Content-Type': 'application/json',
    'Content-Length': 8 * chunk.length,
  };
  const lines = Object.entries(head).map((pair) => pair.join(': '));
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  for (let sent = 0; sent < 8 && !socket.destroyed; sent++) {
    await new Promise<void>((done) => {
      socket.write(chunk, () => {
        done();
      });
    });
  }
  socket.end();
  await closed;
  return parseAnswer(received).status;
}
