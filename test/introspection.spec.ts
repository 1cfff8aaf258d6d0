import { type Answer, type AuthHeaderAnswer, claimsOf, newAddress, parseAnswer, sendRaw } from './support/client.js';
import { comparableHeaders } from './support/comparable.js';
import { withClaims } from './support/forged-jwt.js';
import { useSharedServer } from './support/use-server.js';
import { connect } from 'node:net';
import { once } from 'node:events';

type Introspection = Record<string, unknown>;

const { server, client, database } = useSharedServer();
const PATH = '/oauth/introspect';
const OFFICE = '203.0.113.7';
let jwt: string;
/** The auth header of the service that asks. */
let service: AuthHeaderAnswer;

beforeAll(async () => {
  jwt = await client.logIn();
  service = await client.addAuthHeader(jwt, { name: 'service' });
});

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
const form = (parameters: Record<string, string>) => new URLSearchParams(parameters);
const ask = (
  token: string,
  headers: Record<string, string> = basic(service.id, service.token),
  more: Record<string, string> = {},
  asked = client,
): Promise<Answer<Introspection>> => asked.call('POST', PATH, { headers, body: form({ token, ...more }) });

/** Twice: by the ordinary pipeline, and once both credentials are remembered, by the fast path. */
async function askTwice(...parameters: Parameters<typeof ask>): Promise<Answer<Introspection>> {
  const first = await ask(...parameters);
  const second = await ask(...parameters);
  expect(comparable(second)).toEqual(comparable(first));
  return second;
}

const comparable = ({ status, headers, text }: Answer<Introspection>) => {
  const others = comparableHeaders(headers);
  return { status, others, text, isDated: headers.has('date') };
};

describe('A service that asks about a token learns who it belongs to', () => {
  it('of the JWT of a login', async () => {
    const own = await client.logIn();
    const { sub, sid, jti, iat, exp } = claimsOf(own);
    const { status, headers, body } = await askTwice(own);
    expect([status, headers.get('cache-control'), headers.get('content-type')]).toEqual([
      200,
      'no-store',
      'application/json; charset=utf-8',
    ]);
    expect(body).toEqual({
      active: true,
      token_type: 'Bearer',
      credential_kind: 'jwt',
      credential_id: jti,
      sub,
      username: 'admin',
      roles: ['admin'],
      iss: 'elastic-personas',
      aud: 'elastic-personas',
      iat,
      exp,
      jti,
      sid,
      auth_time: expect.any(Number) as number,
      acr: 'aal1',
      amr: ['pwd'],
    });
    expect(iat - Number(body.auth_time)).toBeLessThan(60);
  });

  it('and how and when the user logged in, as the session has it', async () => {
    const own = await client.logIn();
    const created = new Date(Date.now() - 1_800_000);
    const change = 'UPDATE session SET created = ?, amr = ? WHERE id = ?';
    await database.query(change, created.toISOString(), 'pwd otp mfa', claimsOf(own).sid);
    const { body } = await askTwice(own);
    const login = { auth_time: Math.floor(created.getTime() / 1000), acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] };
    expect(body).toMatchObject(login);
  });

  it('of a JWT of an older version, which does not say how its user logged in, what the session has', async () => {
    const own = await client.logIn();
    const old = await withClaims(own, { auth_time: undefined, acr: undefined, amr: undefined }, server, database);
    expect(claimsOf(old)).not.toHaveProperty('amr');
    const { body } = await askTwice(old);
    expect(body).toMatchObject({ active: true, acr: 'aal1', amr: ['pwd'], auth_time: expect.any(Number) as number });
  });

  it('of an auth header, with its bounds in the words of RFC 7662', async () => {
    const bounds = {
      scopes: ['orders:read', 'orders:write'],
      expires: '2099-01-01T00:00:00Z',
      allowedIps: [OFFICE],
      rateLimit: { limit: 1000, windowSeconds: 60 },
    };
    const { id, token } = await client.addAuthHeader(jwt, { name: 'orders', ...bounds });
    const { body } = await askTwice(token, undefined, {}, client.from(OFFICE));
    expect(body).toEqual({
      active: true,
      token_type: 'Bearer',
      credential_kind: 'auth-header',
      credential_id: id,
      sub: claimsOf(jwt).sub,
      username: 'admin',
      roles: ['admin'],
      scope: 'orders:read orders:write',
      client_id: id,
      name: 'orders',
      rate_limit: { limit: 1000, window_seconds: 60 },
      address_bound: true,
      iss: 'elastic-personas',
      aud: 'elastic-personas',
      exp: Date.parse(bounds.expires) / 1000,
    });
  });

  it('without a scope, an expiry, a limit or a list of addresses where there is none', async () => {
    const { body } = await askTwice(service.token);
    const ofOthers = ['iat', 'jti', 'sid', 'auth_time', 'acr', 'amr'];
    for (const absent of ['scope', 'exp', ...ofOthers, 'rate_limit', 'address_bound']) {
      expect(body).not.toHaveProperty(absent);
    }
    expect(body).toMatchObject({ active: true, client_id: service.id });
  });
});

describe('Of a token that is not valid it learns nothing else', () => {
  it('whether it is expired, revoked, foreign, garbled, empty or not allowed from there', async () => {
    const deleted = await client.addAuthHeader(jwt);
    const over = await client.addAuthHeader(jwt);
    const elsewhere = await client.addAuthHeader(jwt, { name: 'a', allowedIps: ['192.0.2.0/24'] });
    const ended = await client.logIn();
    // They are remembered, so that it is no luck if they are not found.
    for (const { token } of [deleted, over]) expect((await ask(token)).body.active).toBe(true);
    expect((await ask(ended)).body.active).toBe(true);
    await client.post('/authheader/delete', { text: deleted.id }, jwt);
    await client.post('/user/logout', {}, ended);
    await database.query('UPDATE auth_header SET expires = ? WHERE id = ?', '2020-01-01T00:00:00.000Z', over.id);
    const [header = '', payload = ''] = jwt.split('.');
    const tokens = {
      deleted: deleted.token,
      expired: over.token,
      'not allowed from there': elsewhere.token,
      'of a session that has ended': ended,
      'of another signature': `${header}.${payload}.${'A'.repeat(86)}`,
      'of a wrong checksum': service.token.slice(0, -1) + (service.token.endsWith('A') ? 'B' : 'A'),
      unknown: `ep_${'0'.repeat(30)}3KYb2u`,
      foreign: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln',
      garbled: '\0 "\\é\u{1f600}',
      empty: '',
      long: 'a'.repeat(10_000),
      'an id': service.id,
      'a client': `${service.id}:${service.token}`,
    };
    const answers: Record<string, unknown> = {};
    for (const [name, token] of Object.entries(tokens)) {
      for (const hint of [undefined, { token_type_hint: 'refresh_token' }]) {
        const { status, text, headers } = await ask(token, undefined, hint);
        answers[name] = [status, text, headers.get('cache-control'), headers.get('www-authenticate')];
      }
    }
    expect(answers).toEqual(
      Object.fromEntries(Object.keys(tokens).map((name) => [name, [200, '{"active":false}', 'no-store', null]])),
    );
  });

  it('from the moment of a revocation', async () => {
    const { id, token } = await client.addAuthHeader(jwt);
    await askTwice(token);
    await client.post('/authheader/delete', { text: id }, jwt);
    expect((await ask(token)).text).toBe('{"active":false}');
  });
});

describe('The service authenticates', () => {
  it.each<[string, () => Record<string, string>, (() => Record<string, string>)?]>([
    ['with Basic', () => basic(service.id, service.token)],
    // RFC 6749, section 2.3.1; some libraries encode every character that is no letter or digit.
    [
      'with Basic, form-encoded',
      () => basic(service.id.replaceAll('-', '%2D'), service.token.replaceAll('_', '%5F').replace(/.$/, percent)),
    ],
    [
      'with Basic in other letters',
      () => ({
        authorization: basic(service.id.toUpperCase(), service.token).authorization.replace('Basic', 'bASIC '),
      }),
    ],
    [
      'with Basic, and its id in the form too, in other letters',
      () => basic(service.id, service.token),
      () => ({ client_id: service.id.toUpperCase() }),
    ],
    ['in the form', () => ({}), () => ({ client_id: service.id, client_secret: service.token })],
    ['with Bearer', () => ({ authorization: `Bearer ${service.token}` })],
    [
      'with Bearer, and its id in the form',
      () => ({ authorization: service.token }),
      () => ({ client_id: service.id }),
    ],
    ['with X-API-Key', () => ({ 'x-api-key': service.token })],
    ['with a JWT', () => ({ authorization: `Bearer ${jwt}` })],
  ])('%s', async (_, headers, parameters = () => ({})) => {
    expect((await askTwice(service.token, headers(), parameters())).body.active).toBe(true);
  });

  const percent = (character: string) => `%${character.charCodeAt(0).toString(16)}`;

  const BASIC = 'Basic realm="elastic-personas"';
  const BEARER = 'Bearer realm="elastic-personas", error="invalid_token"';
  it.each<[string, string, () => Record<string, string>, (() => Record<string, string>)?]>([
    ['no credential', 'Bearer realm="elastic-personas"', () => ({})],
    ['another id', BASIC, () => basic('0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d', service.token)],
    ['no id', BASIC, () => basic('', service.token)],
    ['a wrong secret', BASIC, () => basic(service.id, `${service.token}0`)],
    ['an empty secret', BASIC, () => basic(service.id, '')],
    ['a JWT as the secret', BASIC, () => basic(claimsOf(jwt).jti, jwt)],
    ['a Basic that is none', BASIC, () => ({ authorization: 'Basic ?' })],
    ['a Basic of nothing', BASIC, () => ({ authorization: 'Basic' })],
    ['a broken encoding', BASIC, () => basic(service.id, '%zz')],
    ['a wrong secret in the form', BEARER, () => ({}), () => ({ client_id: service.id, client_secret: 'x' })],
    ['another id in the form', BEARER, () => ({}), () => ({ client_id: 'x', client_secret: service.token })],
    ['no id in the form', BEARER, () => ({}), () => ({ client_secret: service.token })],
    [
      'a secret that is empty',
      'Bearer realm="elastic-personas"',
      () => ({}),
      () => ({ client_id: service.id, client_secret: '' }),
    ],
    ['a JWT in the form', BEARER, () => ({}), () => ({ client_id: claimsOf(jwt).jti, client_secret: jwt })],
    ['a bad Bearer', BEARER, () => ({ authorization: 'Bearer x' })],
    [
      'an id that is not that of the Bearer',
      BEARER,
      () => ({ authorization: service.token }),
      () => ({ client_id: 'x' }),
    ],
  ])('and is refused with %s', async (_, challenge, headers, parameters = () => ({})) => {
    const answer = await askTwice(service.token, headers(), parameters());
    expect([answer.status, answer.body, answer.headers.get('www-authenticate')]).toEqual([
      401,
      {
        error: 'invalid_client',
        error_description: expect.stringMatching(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/) as string,
      },
      challenge,
    ]);
  });

  it.each<[string, () => Record<string, string>, (() => Record<string, string>)?]>([
    [
      'with Basic and in the form',
      () => basic(service.id, service.token),
      () => ({ client_id: service.id, client_secret: service.token }),
    ],
    ['with Basic and another id', () => basic(service.id, service.token), () => ({ client_id: 'x' })],
    ['with Basic and X-API-Key', () => ({ ...basic(service.id, service.token), 'x-api-key': service.token })],
    [
      'with Bearer and in the form',
      () => ({ authorization: jwt }),
      () => ({ client_id: service.id, client_secret: service.token }),
    ],
    ['with two headers', () => ({ authorization: jwt, 'x-api-key': service.token })],
  ])('in one way only: not %s', async (_, headers, parameters = () => ({})) => {
    const answer = await askTwice(service.token, headers(), parameters());
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  });

  it('from the addresses that it is allowed', async () => {
    const bound = await client.addAuthHeader(jwt, { name: 'a', allowedIps: [OFFICE] });
    const headers = basic(bound.id, bound.token);
    expect((await askTwice(service.token, headers, {}, client.from(OFFICE))).body.active).toBe(true);
    const { status, body } = await askTwice(service.token, headers);
    expect([status, body.error]).toEqual([403, 'access_denied']);
  });
});

it('The JWT of a machine login is no secret of a client, also once the server remembers it', async () => {
  const { id, token } = service;
  const grant = { headers: basic(id, token), body: form({ grant_type: 'client_credentials' }) };
  const own = String((await client.call('POST', '/oauth/token', grant)).body.access_token);
  expect((await askTwice(own)).body.active).toBe(true);
  expect((await askTwice(own, basic(id, own))).status).toBe(401);
  expect((await askTwice(own, {}, { client_id: id, client_secret: own })).status).toBe(401);
});

describe('Rate limits hold:', () => {
  const limited = (limit: number) =>
    client.addAuthHeader(jwt, { name: 'limited', rateLimit: { limit, windowSeconds: 2_592_000 } });

  it('a question takes a permit of the token, and over the limit the answer is 429 and not inactive', async () => {
    const { token } = await limited(5);
    const answers: Answer<Introspection>[] = [];
    for (let count = 0; count < 7; count++) answers.push(await ask(token));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const { body, headers } = answers[6] ?? fail();
    expect(body.error).toBe('temporarily_unavailable');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await client.get('/user/me', token)).status).toBe(429);
  });

  it('the service has its own, which the answer tells', async () => {
    const { id, token } = await limited(4);
    const answers: Answer<Introspection>[] = [];
    for (let count = 0; count < 6; count++) answers.push(await ask(service.token, basic(id, token)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429, 429]);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"auth-header";q=4;w=2592000');
    expect(answers[5]?.body.error).toBe('temporarily_unavailable');
  });

  it('a service with a limit that asks about itself takes two permits, remembered or not', async () => {
    const { id, token } = await limited(8);
    for (let count = 0; count < 4; count++) expect((await ask(token, basic(id, token))).status).toBe(200);
    expect((await ask(token, basic(id, token))).status).toBe(429);
  });

  it('a stranger takes none', async () => {
    const { id, token } = await client.addAuthHeader(jwt, {
      name: 'a',
      allowedIps: [OFFICE],
      rateLimit: { limit: 2, windowSeconds: 2_592_000 },
    });
    for (let count = 0; count < 4; count++) expect((await ask(token)).text).toBe('{"active":false}');
    for (let count = 0; count < 4; count++) {
      expect((await ask(service.token, basic('0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d', token))).status).toBe(401);
    }
    const atOffice = client.from(OFFICE);
    expect((await ask(service.token, basic(id, token), {}, atOffice)).status).toBe(200);
    expect((await ask(token, undefined, {}, atOffice)).status).toBe(200);
    expect((await ask(token, undefined, {}, atOffice)).status).toBe(429);
  });
});

describe('A request is refused in the words of OAuth', () => {
  const own = () => ({ ...basic(service.id, service.token), 'accept-language': 'de' });
  it.each<[string, string, number, string | URLSearchParams | object, Record<string, string>?]>([
    ['as JSON', 'invalid_request', 415, { token: 'x' }],
    ['of another type', 'invalid_request', 415, 'token=x', { 'content-type': 'text/plain' }],
    [
      'in another encoding',
      'invalid_request',
      415,
      'token=x',
      { 'content-type': 'application/x-www-form-urlencoded; charset=latin1' },
    ],
    [
      'compressed',
      'invalid_request',
      415,
      'token=x',
      { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' },
    ],
    ['without a token', 'invalid_request', 400, form({ token_type_hint: 'x' })],
    ['with two tokens', 'invalid_request', 400, new URLSearchParams('token=a&token=a')],
    ['with a parameter twice', 'invalid_request', 400, new URLSearchParams('token=a&b=1&b=2')],
    [
      'that is not encoded',
      'invalid_request',
      400,
      'token=%zz',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['that is no UTF-8', 'invalid_request', 400, 'token=%ff', { 'content-type': 'application/x-www-form-urlencoded' }],
    [
      'with too many parameters',
      'invalid_request',
      400,
      form(Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`a${index}`, '']))),
    ],
    ['over 16 KiB', 'invalid_request', 413, form({ token: 'a'.repeat(16_384) })],
    ['that accepts no JSON', 'invalid_request', 406, form({ token: 'x' }), { accept: 'text/html' }],
  ])('%s', async (_, error, status, body, headers = {}) => {
    const answer = await client.call('POST', PATH, { body, headers: { ...own(), ...headers } });
    expect([answer.status, answer.body]).toEqual([
      status,
      { error, error_description: expect.stringMatching(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/) as string },
    ]);
    expect([answer.headers.get('cache-control'), answer.headers.get('content-language')]).toEqual(['no-store', 'en']);
  });

  it('with another method', async () => {
    const answer = await client.call('GET', PATH, { headers: own() });
    expect([answer.status, answer.headers.get('allow'), answer.body.error]).toEqual([405, 'POST', 'invalid_request']);
  });

  it.each([
    'http://b.example.com/oauth/introspect',
    '/%6Fauth/introspect',
    '/oauth/nothing',
    'http://b.example.com/oauth/',
  ])('at %s', async (target) => {
    const head = `POST ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept-Language: de\r\n\r\n`;
    const { headers, text } = parseAnswer(await sendRaw(server, head));
    expect([JSON.parse(text), headers.get('content-language')]).toEqual([
      { error: expect.stringMatching(/^invalid_/) as string, error_description: expect.any(String) as string },
      'en',
    ]);
  });

  it('whose chunks are none', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'Transfer-Encoding': 'chunked' };
    const { status, body } = await client.callRaw('POST', PATH, headers, 'zz\r\n');
    expect([status, body]).toEqual([400, { error: 'invalid_request', error_description: 'The request is malformed.' }]);
  });

  it('but parameters that it does not know are ignored', async () => {
    const { body } = await ask(service.token, undefined, {
      resource: 'https://api.example.com',
      constructor: 'x',
      ['__proto__']: 'x',
    });
    expect(body.active).toBe(true);
  });
});

describe('A form is read however it arrives', () => {
  const request = (length: number | string, body = '') =>
    [
      `POST ${PATH} HTTP/1.1`,
      'Host: a',
      `Authorization: ${basic(service.id, service.token).authorization}`,
      'Content-Type: application/x-www-form-urlencoded',
      typeof length === 'number' ? `Content-Length: ${length}` : length,
      'Connection: close',
      '',
      body,
    ].join('\r\n');

  it('in pieces, each of its own packet', async () => {
    const body = form({ token: service.token }).toString();
    await ask(service.token);
    for (const cut of [0, 1, 10, body.length - 1]) {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.setNoDelay(true);
      let received = '';
      socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
      await once(socket, 'connect');
      socket.write(request(body.length, body.slice(0, cut)));
      // Long enough for the server to have read the first piece alone.
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.write(body.slice(cut));
      await once(socket, 'close');
      const { status, text } = parseAnswer(received);
      expect([cut, status, (JSON.parse(text) as Introspection).active]).toEqual([cut, 200, true]);
    }
  });

  it('and a client that hangs up in the middle of it harms nobody', async () => {
    for (let count = 0; count < 20; count++) {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(request(100, count % 2 === 0 ? '' : 'token='), () => socket.destroy());
      await once(socket, 'close');
    }
    expect((await ask(service.token)).body.active).toBe(true);
  });

  it('in chunks', async () => {
    const body = form({ token: service.token }).toString();
    const chunks = [body.slice(0, 5), body.slice(5)]
      .map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
      .join('');
    const { status, text } = parseAnswer(
      await sendRaw(server, request('Transfer-Encoding: chunked', `${chunks}0\r\n\r\n`)),
    );
    expect([status, (JSON.parse(text) as Introspection).active]).toEqual([200, true]);
  });

  it('many on one connection, each with its own answer, in order', async () => {
    const tokens = [service.token, 'x', jwt, '', service.token];
    await ask(jwt);
    const close = 'Connection: close\r\n';
    const all = tokens
      .map((token) => form({ token }).toString())
      .map((body, index) => request(body.length, body).replace(close, index === tokens.length - 1 ? close : ''))
      .join('');
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(all));
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    await once(socket, 'close');
    expect(received.match(/"active":\w+/g)).toEqual(
      [true, false, true, false, true].map((active) => `"active":${String(active)}`),
    );
  });
});

describe('A client of another network', () => {
  it('gets the answer for its own address', async () => {
    const address = newAddress();
    const { token } = await client.addAuthHeader(jwt, { name: 'a', allowedIps: [address] });
    expect((await askTwice(token, undefined, {}, client.from(address))).body.active).toBe(true);
    expect((await askTwice(token)).text).toBe('{"active":false}');
  });
});

function fail(): never {
  throw new Error('Too few answers');
}
