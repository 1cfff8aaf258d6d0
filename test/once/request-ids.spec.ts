import { type Answer, sendRaw, parseAnswer } from '../support/client.js';
import { BEHIND_PROXY } from '../support/server.js';
import { useServer } from '../support/use-server.js';

/** An id of the server's own. */
const OWN_ID = /^[\w-]{8}-[0-9a-z]+$/;

const { server, client, database } = useServer({ env: { ...BEHIND_PROXY, CORS_ORIGINS: 'https://app.example.com' } });

/** What an answer says of its request. */
function idOf({ headers }: Pick<Answer, 'headers'>): string {
  return headers.get('x-request-id') ?? '(none)';
}

async function raw(request: string): Promise<Omit<Answer, 'body'>> {
  return parseAnswer(await sendRaw(server, request));
}

describe('Every answer names its request by an id of its own', () => {
  let jwt: string;

  beforeAll(async () => {
    jwt = await client.logIn();
  });

  it.each([
    ['a check, at first and from memory', '/user/me', {}, [200, 200, 200]],
    ['a check of a proxy', '/auth/verify', {}, [200, 200]],
    ['a check that may do without', '/auth/verify?optional=1', { authorization: '' }, [200, 200]],
    ['a refusal', '/user/me', { authorization: 'Bearer x' }, [401]],
    ['an unknown path', '/nothing', {}, [404]],
    ['a path that cannot be read', '/%zz', {}, [400]],
    ['the documents', '/openapi.json', {}, [200]],
    ['a page', '/docs', {}, [200]],
    ['a file', '/docs/reference.css', {}, [200]],
    ['a redirection', '/swagger/', {}, [302]],
    ['a page of the console', '/console/login', {}, [200]],
    ['a page that needs a login', '/console', {}, [303]],
    ['liveness', '/health/live', {}, [200, 200]],
    ['readiness', '/health/ready', {}, [200]],
    ['what JSON does not suit', '/health/live', { accept: 'text/html' }, [406]],
  ] as const)('%s', async (_, path, headers, statuses) => {
    const ids = new Set<string>();
    for (const status of statuses) {
      const answer = await fetch(server.url + path, {
        headers: { authorization: `Bearer ${jwt}`, ...headers },
        redirect: 'manual',
      });
      await answer.text();
      expect([path, answer.status, idOf(answer)]).toEqual([path, status, expect.stringMatching(OWN_ID)]);
      ids.add(idOf(answer));
    }
    expect(ids.size).toBe(statuses.length);
  });

  it('a file that the browser has', async () => {
    const etag = (await fetch(`${server.url}/docs/reference.css`)).headers.get('etag') ?? '';
    const answer = await fetch(`${server.url}/docs/reference.css`, { headers: { 'if-none-match': etag } });
    expect([answer.status, idOf(answer)]).toEqual([304, expect.stringMatching(OWN_ID)]);
  });

  it('a preflight', async () => {
    const headers = { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'GET' };
    const answer = await client.callRaw('OPTIONS', '/user/me', headers);
    expect([answer.status, idOf(answer)]).toEqual([204, expect.stringMatching(OWN_ID)]);
  });

  it.each([
    ['what is no request', 'nonsense\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['no host', 'GET /user/me HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a body in no chunks', 'POST /user/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
  ])('%s', async (_, request, status) => {
    const answer = await raw(request);
    expect([answer.status, idOf(answer)]).toEqual([status, expect.stringMatching(OWN_ID)]);
  });

  it('a failure, whose body and whose line in the log have the same', async () => {
    await database.refuse('INSERT', 'session');
    const login = await client.post('/user/login', { username: 'admin', password: 'correct horse battery' });
    await database.allow('INSERT', 'session');
    expect([login.status, login.body.message]).toEqual([500, expect.stringContaining(idOf(login))]);
    expect(server.output()).toContain(`(request ${idOf(login)})`);
  });
});

describe('A request that a trusted proxy has named', () => {
  it.each(['0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d', '7b3f#12'])('keeps its name %s, also from memory', async (id) => {
    const jwt = await client.logIn();
    for (let time = 0; time < 2; time++) {
      const headers = { authorization: `Bearer ${jwt}`, 'x-request-id': id };
      expect(idOf(await client.call('GET', '/user/me', { headers }))).toBe(id);
    }
    expect(idOf(await client.call('GET', '/nothing', { headers: { 'x-request-id': id } }))).toBe(id);
  });

  it.each(['', 'a b', 'a"b', 'x'.repeat(65), 'ep_0123456789'])('has another name than %j', async (id) => {
    for (const path of ['/health/live', '/nothing'])
      expect(idOf(await client.call('GET', path, { headers: { 'x-request-id': id } }))).toMatch(OWN_ID);
  });
});
