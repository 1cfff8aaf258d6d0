import { parseAnswer, sendRaw } from '../support/client.js';
import { comparableText } from '../support/comparable.js';
import { useServer } from '../support/use-server.js';

const IDENTITY = ['x-user-id', 'x-user-name', 'x-user-roles', 'x-credential-kind', 'x-credential-id'];
const OFTEN_EMPTY = ['x-credential-scopes', 'x-auth-methods', 'x-auth-time'];
const NOBODY = Object.fromEntries([...IDENTITY, ...OFTEN_EMPTY].map((name) => [name, '']));

const { server, client } = useServer();
let jwt: string;
let token: string;
let userJwt: string;

/** Asks twice: the ordinary pipeline answers first, and the fast path what it knows by then. */
async function ask(target: string, credential?: string, headers: Record<string, string> = {}) {
  const lines = { Host: 'a', Connection: 'close', ...(credential === undefined ? {} : { Authorization: credential }) };
  const text = Object.entries({ ...lines, ...headers }).map((pair) => pair.join(': '));
  const request = `GET ${target} HTTP/1.1\r\n${text.join('\r\n')}\r\n\r\n`;
  const received = [await sendRaw(server, request), await sendRaw(server, request)];
  const [first = '', second] = received.map(comparableText);
  expect(second).toBe(first);
  const answer = parseAnswer(first);
  const { code, details } = (answer.text === '' ? {} : JSON.parse(answer.text)) as {
    code?: string;
    details?: { field: string }[];
  };
  return { ...answer, code, fields: details?.map(({ field }) => field) };
}

/** What an answer says of a user. */
function identityIn(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => /^(?:x-(?:user|credential|auth)|remote)-/.test(name)));
}

beforeAll(async () => {
  jwt = await client.logIn();
  token = (await client.addAuthHeader(jwt, { name: 'orders', scopes: ['orders:read', 'orders:write'] })).token;
  const user = { username: 'Ångström, 100%', email: 'a@example.com', firstname: 'Åsa', roles: ['staff', 'sales'] };
  const added = await client.post<{ InitialPassword: string }>('/user/add', user, jwt);
  const change = { username: user.username, password: added.body.InitialPassword };
  const changed = await client.post<{ Token: string }>('/user/password', { ...change, newPassword: 'a quieter place' });
  userJwt = changed.body.Token;
});

describe('A check', () => {
  it('lets through who has every scope and role that it demands, and nobody else', async () => {
    const cases: [query: string, ofToken: number, ofAdmin: number, ofUser: number][] = [
      ['scope=orders:read', 200, 200, 200],
      ['scope=orders:read+orders:write', 200, 200, 200],
      ['scope=orders:read&scope=orders:delete', 403, 200, 200],
      ['role=staff', 403, 403, 200],
      ['role=staff%20sales&scope=x', 403, 403, 200],
      ['role=admin', 403, 200, 403],
      ['scope=admin', 403, 200, 403],
    ];
    for (const [query, ...expected] of cases) {
      for (const [index, credential] of [token, jwt, userJwt].entries()) {
        const { status, code, headers } = await ask(`/auth/verify?${query}`, credential);
        expect([query, index, status]).toEqual([query, index, expected[index]]);
        expect(code).toBe(status === 403 ? 'insufficient_scope' : undefined);
        expect(headers.has('www-authenticate')).toBe(status === 403);
        expect(Object.keys(identityIn(headers))).toHaveLength(status === 200 ? 8 : 0);
      }
      expect((await ask(`/auth/verify?${query}`)).status).toBe(401);
    }
  });

  it('that is misspelt lets nobody through, and says what is wrong', async () => {
    for (const [query, fields] of Object.entries({
      'scop=orders:read': ['scop'],
      'scope=orders:read&page=1': ['page'],
      'scope=': ['scope'],
      'role=%zz': ['role'],
      'max_age=10m&acr=mfa': ['max_age', 'acr'],
      'optional=true&as=local': ['optional', 'as'],
    })) {
      for (const credential of [jwt, token, undefined]) {
        const answer = await ask(`/auth/verify?${query}`, credential);
        expect([query, answer.status, answer.code, answer.fields]).toEqual([query, 403, 'invalid_check', fields]);
      }
    }
  });

  it('that is optional lets a request without a credential through as nobody, and refuses a bad one', async () => {
    expect(identityIn((await ask('/auth/verify?optional=1')).headers)).toEqual(NOBODY);
    // The client compares it with the document, by which those headers can be empty.
    expect((await client.get('/auth/verify?optional=1')).status).toBe(200);
    const remote = await ask('/auth/verify?optional=1&as=remote', undefined, { 'X-API-Key': '' });
    expect(remote.status).toBe(200);
    expect(Object.values(identityIn(remote.headers))).toEqual(Array(12).fill(''));
    for (const credential of ['nonsense', `${token}x`]) {
      expect((await ask('/auth/verify?optional=1', credential)).status).toBe(401);
    }
    expect((await ask('/auth/verify?optional=1', 'ep_one', { 'X-API-Key': 'ep_two' })).status).toBe(401);
    expect((await ask('/auth/verify?optional=1', token)).headers.get('x-credential-kind')).toBe('auth-header');
    expect((await ask('/auth/verify?optional=1&scope=orders:read')).status).toBe(401);
  });

  it('tells ready-made applications of the user in the headers that they read', async () => {
    const { headers } = await ask('/auth/verify?as=remote', userJwt);
    expect(identityIn(headers)).toMatchObject({
      'x-user-name': encodeURIComponent('Ångström, 100%'),
      'remote-user': '%C3%85ngstr%C3%B6m, 100%25',
      'remote-groups': 'staff,sales',
      'remote-email': 'a@example.com',
      'remote-name': '%C3%85sa',
    });
    expect(Object.keys(identityIn((await ask('/auth/verify', userJwt)).headers))).toHaveLength(8);
    expect(identityIn((await ask('/auth/verify?as=remote', token)).headers)).toMatchObject({ 'remote-name': '' });
  });

  it('takes no permit of a rate limit twice when it refuses', async () => {
    const rateLimit = { limit: 5, windowSeconds: 3600 };
    const limited = await client.addAuthHeader(jwt, { name: 'limited', scopes: ['a'], rateLimit });
    const statusOf = async (query: string) =>
      parseAnswer(
        await sendRaw(
          server,
          `GET /auth/verify?${query} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-API-Key: ${limited.token}\r\n\r\n`,
        ),
      ).status;
    const statuses: number[] = [];
    for (const query of ['scope=a', 'scope=a', 'scope=b', 'scope=b', 'scope=a', 'scope=a'])
      statuses.push(await statusOf(query));
    expect(statuses).toEqual([200, 200, 403, 403, 200, 429]);
  });

  it('is remembered for a while only, however many are made up', async () => {
    for (let index = 0; index < 250; index++) {
      const answer = await client.call('GET', `/auth/verify?scope=orders:read&scope=s${index}`, {
        headers: { authorization: jwt },
      });
      expect(answer.status).toBe(200);
    }
    expect((await ask('/auth/verify?scope=orders:read&scope=s0', token)).status).toBe(403);
    expect(
      (
        await ask(
          `/auth/verify?${Array(40)
            .fill(`scope=${'a'.repeat(60)}`)
            .join('&')}`,
          token,
        )
      ).status,
    ).toBe(403);
  });
});

describe('The client of a proxy chooses nothing of a check:', () => {
  it.each([
    '/auth/verify/?optional=1',
    '/auth/verify/orders/42?optional=1',
    '/auth/verify/../verify?optional=1',
    '/auth/verify/%2e%2e/verify?optional=1',
    '/auth/verify//auth/verify?optional=1',
    '/auth/verify/%3Foptional=1',
    'http://b.example.com/auth/verify/?optional=1',
    '/auth/verif%79/?optional=1',
  ])('%s, as a path below, asks for a credential', async (target) => {
    expect((await ask(target)).status).toBe(401);
    expect((await ask(`${target}&scope=none&page=1`, token)).status).toBe(200);
  });

  it.each(['/auth/verify%3Foptional=1', '/auth/verify;optional=1', '/auth/verify%23?optional=1'])(
    '%s is no check',
    async (target) => {
      expect((await ask(target)).status).toBe(404);
    },
  );

  it.each(['/auth/verify#?optional=1', '/auth/verify?optional=1#', '/auth/verify?optional=1?page=1'])(
    '%s is one that is not valid',
    async (target) => {
      expect((await ask(target, jwt)).status).toBe(403);
    },
  );

  it('a proxy that passes on the query lets nobody in without a credential', async () => {
    const reported = { 'X-Forwarded-Uri': '/orders?optional=1' };
    expect((await ask('/auth/verify?optional=1')).status).toBe(200);
    expect((await ask('/auth/verify?optional=1', undefined, reported)).status).toBe(401);
    expect((await ask('/auth/verify?optional=1', undefined, { 'X-Forwarded-Uri': '/orders?page=1' })).status).toBe(200);
  });

  it('the headers of a request change nothing', async () => {
    const forged = {
      'X-Original-URI': '/auth/verify?optional=1',
      'X-Forwarded-Method': 'OPTIONS',
      Query: 'optional=1',
    };
    expect((await ask('/auth/verify', undefined, forged)).status).toBe(401);
    expect((await ask('/auth/verify?role=staff', jwt, forged)).status).toBe(403);
  });
});
