import { request } from 'node:http';
import { changedProgram } from '../../support/changed-program.js';
import { type AuthHeaderAnswer, Client } from '../../support/client.js';
import { ADMIN, BEHIND_PROXY, type RunningServer, startServer } from '../../support/server.js';
import { takeStatements, TELLING_STATEMENTS } from '../../support/statement-log.js';
import { useServer } from '../../support/use-server.js';

const PROXY = '127.0.0.1';
const STRANGER = '127.0.0.2';
const ENV = { ...BEHIND_PROXY, REQUIRE_HTTPS: 'true' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'content-type': 'application/json' };
const LOGIN = JSON.stringify({ username: ADMIN.username, password: ADMIN.password });
/** A fast path that does not ask how a client came. */
const WITHOUT_CHECK = [/problemOf\(request\) === void 0 && /, ''] as const;

const { server, client } = useServer({ env: { ...ENV, ...TELLING_STATEMENTS } });
let secure: Client;
let jwt: string;
let authHeader: AuthHeaderAnswer;

beforeAll(async () => {
  secure = new Client(server, () => client.contract, { 'x-forwarded-proto': 'https' });
  jwt = await secure.logIn();
  authHeader = await secure.addAuthHeader(jwt);
});

interface Sent {
  /** The address that the connection comes from. */
  readonly from?: string;
  /** What `X-Forwarded-Proto` says, in one line or several; undefined for no such header. */
  readonly proto?: string | readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly to?: RunningServer;
}

interface Received {
  readonly status: number | undefined;
  readonly location: string | undefined;
  readonly text: string;
}

function ask(
  method: string,
  path: string,
  { from = PROXY, proto, headers, body, to = server }: Sent,
): Promise<Received> {
  const said = proto === undefined ? {} : { 'x-forwarded-proto': typeof proto === 'string' ? proto : [...proto] };
  return new Promise((resolve, reject) => {
    const options = { method, agent: false, localAddress: from, headers: { ...said, ...headers } };
    const asked = request(to.url + path, options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => {
        resolve({ status: answer.statusCode, location: answer.headers.location, text });
      });
    });
    asked.on('error', reject).end(body);
  });
}

const bearer = () => ({ authorization: `Bearer ${jwt}` });
const asClient = () => `Basic ${Buffer.from(`${authHeader.id}:${authHeader.token}`).toString('base64')}`;

/** A request of each kind, and its status by https. */
const REQUESTS: readonly (readonly [string, string, () => Pick<Sent, 'headers' | 'body'>, number])[] = [
  ['GET', '/user/me', () => ({ headers: bearer() }), 200],
  ['GET', '/user/me', () => ({}), 401],
  ['HEAD', '/user/me', () => ({ headers: bearer() }), 200],
  ['POST', '/user/login', () => ({ headers: JSON_TYPE, body: LOGIN }), 200],
  ['GET', '/auth/verify', () => ({ headers: bearer() }), 200],
  ['POST', '/auth/verify/orders?page=1', () => ({ headers: bearer() }), 200],
  [
    'POST',
    '/oauth/introspect',
    () => ({ headers: { ...FORM, authorization: asClient() }, body: `token=${authHeader.token}` }),
    200,
  ],
  ['GET', '/.well-known/jwks.json', () => ({}), 200],
  ['GET', '/docs', () => ({}), 200],
  ['GET', '/openapi.json', () => ({}), 200],
  ['GET', '/', () => ({}), 302],
  ['GET', '/console/login', () => ({}), 200],
  ['GET', '/console/base.css', () => ({}), 200],
  ['GET', '/nothing', () => ({}), 404],
  ['DELETE', '/user/me', () => ({}), 405],
  ['GET', '/health/other', () => ({}), 404],
];

describe('Where https is required, a request', () => {
  it.each<[string, Sent]>([
    ['directly from a stranger', { from: STRANGER }],
    ['from a stranger who claims https', { from: STRANGER, proto: 'https' }],
    ['from a trusted proxy that says nothing', {}],
    ['from a trusted proxy that says http', { proto: 'http' }],
  ])('%s is refused, whatever it asks for, and is not redirected', async (_, sent) => {
    for (const [method, path, rest] of REQUESTS) {
      const { status, location, text } = await ask(method, path, { ...sent, ...rest() });
      expect([method, path, status, location]).toEqual([method, path, 403, undefined]);
      if (method !== 'HEAD') expect(text).toContain('use its https address');
    }
  });

  it('from a trusted proxy that says https is answered', async () => {
    for (const [method, path, rest, expected] of REQUESTS) {
      const { status } = await ask(method, path, { proto: 'https', ...rest() });
      expect([method, path, status]).toEqual([method, path, expected]);
    }
  });

  it.each<[string | readonly string[], number]>([
    ['HTTPS', 200],
    ['wss', 200],
    ['https, https', 200],
    ['https,http', 403],
    ['http, https', 403],
    [['https', 'http'], 403],
    ['https,', 403],
    ['', 403],
    ['https http', 403],
    ['https://login.example.com', 403],
    ['on', 403],
  ])('over proxies that say %j gets %i', async (proto, status) => {
    const headers = { ...bearer(), 'x-forwarded-for': '203.0.113.7, 127.0.0.1' };
    expect((await ask('GET', '/user/me', { proto, headers })).status).toBe(status);
  });

  it('is not believed by another header', async () => {
    for (const [name, value] of [
      ['forwarded', 'for=203.0.113.7;proto=https'],
      ['x-forwarded-ssl', 'on'],
      ['x-forwarded-scheme', 'https'],
      ['front-end-https', 'on'],
      ['x_forwarded_proto', 'https'],
    ] as const)
      expect([name, (await ask('GET', '/user/me', { headers: { ...bearer(), [name]: value } })).status]).toEqual([
        name,
        403,
      ]);
  });

  it('is refused before its password or its credential is looked at', async () => {
    await takeStatements(server);
    for (let turn = 0; turn < 30; turn++) {
      const body = JSON.stringify({ username: ADMIN.username, password: `wrong ${turn}` });
      expect((await ask('POST', '/user/login', { headers: JSON_TYPE, body })).status).toBe(403);
    }
    const unknown = { authorization: `Bearer ${authHeader.token.slice(0, -1)}0` };
    expect((await ask('GET', '/user/me', { headers: unknown })).status).toBe(403);
    expect(await takeStatements(server)).toEqual([]);
    expect(await secure.logIn()).toMatch(/^eyJ/);
  });

  it('is refused in the form of its path and in the language of its client', async () => {
    const german = { 'accept-language': 'de' };
    expect((await client.call('GET', '/user/me', { headers: german })).body).toMatchObject({
      statusCode: 403,
      code: 'https_required',
      message: expect.stringMatching(/verwenden Sie seine https-Adresse/) as string,
      docs: expect.stringMatching(/#error-https_required$/) as string,
    });
    const account = { email: ADMIN.email, password: ADMIN.password };
    expect((await client.post('/fr/api/v1/accounts/login', { account })).body).toMatchObject({
      status: { error: expect.stringMatching(/HTTPS/) as string },
      code: 'https_required',
    });
    const { text } = await ask('POST', '/oauth/introspect', { headers: FORM, body: 'token=x' });
    expect(JSON.parse(text)).toMatchObject({ error: 'access_denied' });
  });
});

describe('Where https is required, a health check', () => {
  it.each(['/health/live', '/health/ready'])('at %s is answered however it comes', async (path) => {
    for (const sent of [{}, { from: STRANGER }, { proto: 'http' }, { proto: 'https' }])
      expect((await ask('GET', path, sent)).status).toBe(200);
  });
});

describe('Where https is required, the fast path', () => {
  const introspection = () => ({
    headers: { ...FORM, authorization: asClient() },
    body: `token=${authHeader.token}`,
  });
  const checks = [
    ['GET', '/auth/verify', () => ({ headers: { 'x-api-key': authHeader.token } })],
    ['GET', '/auth/verify?optional=1', () => ({})],
    ['GET', '/user/me', () => ({ headers: bearer() })],
    ['POST', '/oauth/introspect', introspection],
  ] as const;
  const statuses = async (to: RunningServer, sent: Sent): Promise<(number | undefined)[]> => {
    const all: (number | undefined)[] = [];
    for (const [method, path, rest] of checks) all.push((await ask(method, path, { ...sent, ...rest(), to })).status);
    return all;
  };

  it('refuses cold and warm, and serves what came by https', async () => {
    const cold = await startServer({ env: ENV, folder: server.folder });
    for (const sent of [{}, { from: STRANGER, proto: 'https' }, { proto: 'https, http' }])
      expect(await statuses(cold, sent)).toEqual([403, 403, 403, 403]);
    for (let turn = 0; turn < 3; turn++) expect(await statuses(cold, { proto: 'https' })).toEqual([200, 200, 200, 200]);
    for (const sent of [{}, { from: STRANGER, proto: 'https' }, { proto: 'https, http' }])
      expect(await statuses(cold, sent)).toEqual([403, 403, 403, 403]);
  });

  it('would be found to serve what came by http', async () => {
    const careless = await startServer({ env: ENV, folder: server.folder, main: changedProgram([WITHOUT_CHECK]) });
    expect(await statuses(careless, {})).toEqual([403, 403, 403, 403]);
    for (let turn = 0; turn < 2; turn++) await statuses(careless, { proto: 'https' });
    expect(await statuses(careless, {})).toEqual([200, 200, 200, 200]);
  });
});
