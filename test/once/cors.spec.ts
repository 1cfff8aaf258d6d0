import type { Answer, Client } from '../support/client.js';
import { ADMIN } from '../support/server.js';
import { useServer, useSharedServer } from '../support/use-server.js';

const ORIGIN = 'https://app.example.com';
const ACCOUNTS_LOGIN = '/en/api/v1/accounts/login';
const LOGIN = { account: { email: ADMIN.email, password: ADMIN.password } };
const OTHER_ORIGINS = [
  'https://evil.example.com',
  'http://app.example.com',
  'https://app.example.com:8443',
  'https://app.example.com.evil.example',
  'https://sub.app.example.com',
  'https://APP.example.com.',
  'null',
];

const corsHeaders = ({ headers }: Answer): string[] =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));
const callsOf = (client: Client) => ({
  logIn: (origin: string): Promise<Answer> => client.call('POST', ACCOUNTS_LOGIN, { body: LOGIN, headers: { origin } }),
  preflight: (path: string, origin: string, method: string, header: string): Promise<Answer> =>
    client.callRaw('OPTIONS', path, {
      Origin: origin,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': header,
    }),
});

describe('Without CORS_ORIGINS no page may call', () => {
  const { client } = useSharedServer();
  const { logIn, preflight } = callsOf(client);

  it('and no answer speaks of origins', async () => {
    const login = await logIn(ORIGIN);
    expect([login.status, corsHeaders(login)]).toEqual([200, []]);
    const asked = await preflight('/user/login', ORIGIN, 'POST', 'content-type');
    expect([asked.status, asked.headers.get('allow'), corsHeaders(asked)]).toEqual([405, 'POST', []]);
  });
});

describe('With CORS_ORIGINS only pages of those origins may call', () => {
  const { client } = useServer({ env: { CORS_ORIGINS: `${ORIGIN}, https://admin.example.com` } });
  const { logIn, preflight } = callsOf(client);

  it.each([ORIGIN, 'https://admin.example.com'])('%s is named, and may read the JWT', async (origin) => {
    const { status, headers } = await logIn(origin);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    const exposed = headers.get('access-control-expose-headers')?.toLowerCase().split(/, */) ?? [];
    expect(exposed).toEqual(
      expect.arrayContaining(['authorization', 'retry-after', 'www-authenticate', 'x-request-id']),
    );
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')?.toLowerCase()).toContain('origin');
  });

  it('a refusal can be read, too, whatever refused', async () => {
    const refusals = await Promise.all([
      client.call('GET', '/user/me', { headers: { origin: ORIGIN } }),
      client.call('POST', '/user/login', { headers: { origin: ORIGIN }, body: '{' }),
      client.call('GET', '/health/live', { headers: { origin: ORIGIN, accept: 'text/html' } }),
      client.call('GET', '/nothing', { headers: { origin: ORIGIN } }),
      client.call('PUT', '/user/login', { headers: { origin: ORIGIN } }),
    ]);
    expect(refusals.map(({ status }) => status)).toEqual([401, 400, 406, 404, 405]);
    for (const { headers } of refusals) expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(refusals.at(-1)?.headers.get('allow')).toContain('POST');
  });

  it.each(OTHER_ORIGINS)('%s is not', async (origin) => {
    const login = await logIn(origin);
    expect(login.headers.get('access-control-allow-origin')).toBeNull();
    const asked = await preflight('/user/login', origin, 'POST', 'content-type');
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('the JWT is exposed to nobody else', async () => {
    expect((await logIn('https://evil.example.com')).headers.get('access-control-expose-headers')).toBeNull();
  });

  it.each([
    ['POST', '/user/login', 'content-type'],
    ['POST', ACCOUNTS_LOGIN, 'content-type'],
    ['GET', '/user/me', 'authorization'],
    ['DELETE', '/kittens/1', 'x-api-key'],
  ])('the preflight for %s %s with %s is answered', async (method, path, header) => {
    const { status, headers, text } = await preflight(path, ORIGIN, method, header);
    expect([status, text]).toEqual([204, '']);
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(headers.get('access-control-allow-methods')?.split(/, */)).toContain(method);
    expect(headers.get('access-control-allow-headers')?.toLowerCase()).toContain(header);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('an OPTIONS that is no preflight is 405 still, and an unknown path 404', async () => {
    const options = await client.callRaw('OPTIONS', '/user/login');
    expect([options.status, options.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await client.get('/nothing')).status).toBe(404);
  });
});
