import { Client, newAddress } from './support/client.js';
import { sampleBody, samplePath } from './support/openapi.js';
import { ADMIN, BEHIND_PROXY, startServer, type TestServer } from './support/server.js';

const PASSWORD = 'odd but long enough';
const LOGIN = '/user/login';
const ADMIN_LOGIN = JSON.stringify({ username: ADMIN.username, password: ADMIN.password });

let server: TestServer;
let client: Client;
let jwt: string;

beforeAll(async () => {
  server = await startServer({ env: BEHIND_PROXY });
  client = await Client.of(server);
  jwt = await client.logIn();
});

afterAll(() => server.stop());

/** Sends a body's bytes as they are. */
async function post(
  path: string,
  body: Uint8Array<ArrayBuffer> | string,
  type = 'application/json',
): Promise<[number, string]> {
  const headers = { 'content-type': type, 'x-forwarded-for': newAddress(), authorization: `Bearer ${jwt}` };
  const response = await fetch(server.url + path, { method: 'POST', headers, body });
  return [response.status, ((await response.json()) as { code?: string }).code ?? ''];
}

const latin1 = (json: object): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(JSON.stringify(json), 'latin1'));

describe('A body that is not UTF-8 is refused, and is nobody’s password', () => {
  it.each([
    ['of Latin-1', latin1({ username: 'admin', password: 'jürgen' })],
    ['with a continuation alone', new Uint8Array([0x22, 0x80, 0x22])],
    ['cut within a character', new Uint8Array([0x22, 0xf0, 0x9f, 0x98, 0x22])],
    ['with a surrogate of its own', new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['written longer than needed', new Uint8Array([0x22, 0xc0, 0xaf, 0x22])],
    ['of UTF-16', new Uint8Array(Buffer.from('{"username":"admin"}', 'utf16le'))],
  ])('%s', async (_, bytes) => {
    for (const path of [LOGIN, '/en/api/v1/accounts/login', '/user/password', '/user/add', '/authheader/add']) {
      expect([path, ...(await post(path, bytes))]).toEqual([path, 400, 'malformed_json']);
    }
  });

  it('with a byte order mark is as without', async () => {
    expect(await post(LOGIN, `\ufeff${ADMIN_LOGIN}`)).toEqual([200, '']);
  });
});

describe('A body that says it is not UTF-8 is refused, whatever it is', () => {
  it.each(['iso-8859-1', 'windows-1252', 'utf-16', 'UTF-16LE', '"utf-32"', 'us-ascii', 'nonsense'])(
    '%s',
    async (charset) => {
      const type = `application/json; charset=${charset}`;
      for (const path of [LOGIN, '/user/add'])
        expect(await post(path, '{}', type)).toEqual([415, 'unsupported_media_type']);
    },
  );

  it.each([';charset=utf-8', '; charset=UTF-8', '; Charset="utf-8"', ';charset=utf8', '; charset="UTF8"; x=y'])(
    'and one that says it is, is not: %s',
    async (parameter) => {
      expect(await post(LOGIN, ADMIN_LOGIN, `application/json${parameter}`)).toEqual([200, '']);
    },
  );
});

describe('Half of a surrogate pair is refused', () => {
  const HALVES = ['\\ud800', '\\udfff', '\\ud83d\\ud83d', '\\ude00\\ud83d'];
  /** The fields whose faults no response names, because they belong to a wrong login. */
  const OF_A_LOGIN = ['logIn.username', 'logIn.password', 'logInWithEmail.email', 'logInWithEmail.password'];
  const OF_A_CHANGE = ['changePassword.username', 'changePassword.password'];
  /** Those of an address or a link that is nobody's, at a server that sends no mail. */
  const OF_MAILS = [
    'forgotPassword.email',
    ...['resetForgottenPassword.token', 'confirmEmail.token', 'undoEmail.token'],
  ];

  function complaintAbout(where: string, field: string): unknown[] {
    if ([...OF_A_LOGIN, ...OF_A_CHANGE].includes(where)) return [401, 'incorrect_credentials', []];
    // It is no token, and the answer to a report tells nothing.
    if (where === 'revokeLeakedAuthHeader.token') return [200, undefined, []];
    if (OF_MAILS.includes(where)) return [404, 'mail_not_configured', []];
    return [400, 'invalid_fields', [{ field }]];
  }

  it('in every text of every operation, which is named', async () => {
    const told: string[] = [];
    for (const operation of client.contract.operations()) {
      const body = sampleBody(operation);
      if (body === undefined) continue;
      const json = JSON.stringify(body);
      for (const [found, field = ''] of json.matchAll(/"(\w+)":\[?"/g)) {
        const at = json.indexOf(found) + found.length;
        const headers = { authorization: `Bearer ${jwt}`, 'x-forwarded-for': newAddress() };
        const broken = `${json.slice(0, at)}\\udc00${json.slice(at)}`;
        const answer = await client.call('POST', samplePath(operation), { headers, body: broken });
        const { code, details = [] } = answer.body as { code?: string; details?: { field: string }[] };
        const where = `${operation.operationId}.${field}`;
        // The members of a passkey are WebAuthn's, and a wrong one is a wrong proof.
        const isProof = json.slice(0, at).includes('"passkey":{');
        const wrongProof: unknown[] = [401, expect.stringMatching(/^incorrect_/), []];
        const expected = isProof ? wrongProof : complaintAbout(where, field);
        expect([where, answer.status, code, details]).toMatchObject([where, ...expected]);
        told.push(where);
      }
    }
    expect(told).toEqual(
      expect.arrayContaining([...OF_A_LOGIN, 'addUser.email', 'addAuthHeader.scopes', 'endSession.id']),
    );
    expect(told.length).toBeGreaterThan(20);
  });

  it('at a login by the same answer whether or not there is such a user', async () => {
    for (const half of HALVES) {
      const [one, other] = await Promise.all(
        ['admin', 'nobody'].map((name) =>
          client.from(newAddress()).post(LOGIN, `{"username":"${name}","password":"${half}${PASSWORD}"}`),
        ),
      );
      expect([one?.status, one?.text]).toEqual([401, other?.text]);
    }
  });

  it('so that no name and no password is opened by another', async () => {
    for (const half of HALVES) {
      const body = JSON.stringify({ username: 'odd', email: 'odd@example.com', password: PASSWORD }).replace(
        PASSWORD,
        half + PASSWORD,
      );
      expect((await client.call('POST', '/user/add', { headers: { authorization: jwt }, body })).status).toBe(400);
    }
    const password = `\ufffd${PASSWORD}`;
    expect((await client.post('/user/add', { username: 'odd', email: 'odd@example.com', password }, jwt)).status).toBe(
      200,
    );
    const tryWith = (text: string) =>
      client.from(newAddress()).post(LOGIN, `{"username":"odd","password":"${text}${PASSWORD}"}`);
    expect((await tryWith('\ufffd')).status).toBe(200);
    for (const half of HALVES) expect((await tryWith(half)).status).toBe(401);
  });

  it('and a whole pair is a character, escaped or not', async () => {
    const whole = { username: 'fox', email: 'fox@example.com', password: `🦊${PASSWORD}` };
    expect((await client.post('/user/add', whole, jwt)).status).toBe(200);
    for (const fox of ['🦊', '\\ud83e\\udd8a']) {
      expect((await client.post(LOGIN, `{"username":"fox","password":"${fox}${PASSWORD}"}`)).status).toBe(200);
    }
  });
});

describe('A query that is not percent-encoded UTF-8 is refused', () => {
  it.each(['%FC', '%ED%A0%80', '%C0%AF', '%', '%2', '%zz', 'a%F0%9F%98'])('%s', async (search) => {
    for (const query of [`search=${search}`, `${search}=1`]) {
      const answer = await client.callRaw('GET', `/user/list?${query}`, { authorization: `Bearer ${jwt}` });
      expect([query, answer.status, answer.body.code]).toEqual([query, 400, 'malformed_url']);
    }
  });

  it('unless the route reads no query', async () => {
    // To a proxy, every refusal of a check is 403.
    expect((await client.callRaw('GET', '/auth/verify?q=%FC', { authorization: `Bearer ${jwt}` })).status).toBe(403);
    expect((await client.callRaw('GET', '/user/me?q=%FC', { authorization: `Bearer ${jwt}` })).status).toBe(200);
  });
});

describe('A whole number is digits and nothing else', () => {
  it.each(['1e3', '0x10', '5.0', '5.', ' 5', '5 ', '+5', '-5', '0b1', '1_000', '٥', '５', '', 'Infinity', '5&limit=6'])(
    'so %j is none',
    async (limit) => {
      const query = limit === '5&limit=6' ? limit : encodeURIComponent(limit);
      for (const path of ['/user/list', '/user/sessions', '/authheader/list', '/audit/list']) {
        const { status, body } = await client.get(`${path}?limit=${query}`, jwt);
        expect([path, status, body]).toMatchObject([path, 400, { details: [{ field: 'limit' }] }]);
      }
    },
  );

  it('and 5 is one', async () => {
    expect((await client.get('/user/list?limit=5', jwt)).status).toBe(200);
  });
});
