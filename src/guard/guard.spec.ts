import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuard, type Guard, GuardError, guardErrorOf, type RequestHeaders, sendRefusal } from './index.js';
import { ACTIVE, json, LoginStub, NEWS, NO_NEWS } from '../../test/support/login-stub.js';

const OWN = `ep_${'0'.repeat(30)}3KYb2u`;
type Answer = LoginStub['answers']['introspect'];

let stub: LoginStub;
const guards: Guard[] = [];

beforeAll(async () => {
  stub = await LoginStub.start();
});
beforeEach(() => {
  stub.reset();
});
afterEach(() => {
  for (const guard of guards.splice(0)) guard.close();
});
afterAll(() => {
  stub.stop();
});

function newGuard(more: object = {}): Guard {
  const guard = createGuard({ url: stub.url, authHeader: OWN, ...more });
  guards.push(guard);
  return guard;
}

async function readyGuard(): Promise<Guard> {
  const guard = newGuard();
  await guard.ready();
  return guard;
}

async function refusalOf(guard: Guard, presented: RequestHeaders | string = OWN, options = {}): Promise<GuardError> {
  const error: unknown = await guard.check(presented, options).catch((thrown: unknown) => thrown);
  const refusal = guardErrorOf(error);
  if (refusal === undefined) throw new Error('No refusal', { cause: error });
  return refusal;
}

describe('A guard that is closed', () => {
  it('accepts nothing, also of what it remembers', async () => {
    const guard = await readyGuard();
    await guard.check(OWN);
    expect(await guard.check(OWN)).toMatchObject({ username: 'name' });
    guard.close();
    guard.close();
    expect(await refusalOf(guard)).toMatchObject({ code: 'unavailable', message: 'The guard is closed' });
    await expect(guard.ready()).rejects.toThrow('The guard is closed');
  });

  it('says so to those that wait for the server', async () => {
    stub.answers.introspect = () => undefined;
    const guard = newGuard();
    const waiting = [refusalOf(guard), guard.ready().catch((error: unknown) => error)];
    while (!stub.asked.includes('/oauth/introspect')) await new Promise(setImmediate);
    guard.close();
    for (const error of await Promise.all(waiting)) {
      expect(error).toMatchObject({ code: 'unavailable', message: 'The guard is closed' });
    }
  });
});

describe('A server that answers otherwise than a login server', () => {
  const PAGE = '<html>Service Temporarily Unavailable</html>';
  const page =
    (status: number, headers: Record<string, string> = {}): Answer =>
    (_, response) =>
      response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(PAGE);

  it.each<[string, Answer, object]>([
    ['a page of 200', page(200), { code: 'unavailable', message: 'The login server sent what is no answer of its' }],
    ['half of an answer', (_, response) => response.end('{"active":tr'), { code: 'unavailable' }],
    ['a list', json([]), { code: 'unavailable' }],
    ['a page of 503', page(503, { 'Retry-After': '7' }), { code: 'unavailable', retryAfterSeconds: 7 }],
    ['a page of 401', page(401), { message: "The login server refuses the guard's own auth header (401)" }],
    ['a page of 429', page(429, { 'Retry-After': '7' }), { code: 'rate_limited', retryAfterSeconds: 7 }],
    ['a date', json({}, 503, { 'Retry-After': 'Wed, 21 Oct 2026 07:28:00 GMT' }), { retryAfterSeconds: 1 }],
    ['a negative wait', json({}, 503, { 'Retry-After': '-7' }), { retryAfterSeconds: 1 }],
    ['a wait of ages', json({}, 503, { 'Retry-After': '1e300' }), { retryAfterSeconds: 1 }],
    ['another place', json({}, 302, { Location: 'http://127.0.0.1:9/' }), { code: 'unavailable' }],
    ['a cut', (request) => request.socket.destroy(), { code: 'unavailable' }],
    ['another kind', json({ ...ACTIVE, credential_kind: 'cookie' }), { code: 'unavailable' }],
    ['a JWT without its session', json({ ...ACTIVE, credential_kind: 'jwt' }), { code: 'unavailable' }],
    ['a text for a truth', json({ ...ACTIVE, active: 'true' }), { code: 'unavailable' }],
  ])('is no verdict, and is told: %s', async (_, answer, refusal) => {
    stub.answers.introspect = answer;
    expect(await refusalOf(newGuard())).toMatchObject(refusal);
  });

  it('is read no further than an answer can be long', async () => {
    let written = 0;
    stub.answers.introspect = (_, response) => {
      const write = (): void => {
        written += 65_536;
        if (!response.destroyed && response.write(' '.repeat(65_536))) setImmediate(write);
      };
      response.on('drain', write);
      write();
    };
    expect(await refusalOf(newGuard())).toMatchObject({ code: 'unavailable' });
    // What the sockets hold comes on top.
    expect(written).toBeLessThan(32 * 2 ** 20);
  });

  it.each([
    ['lists', NEWS],
    ['a list of sessions', { ...NEWS, users: [], authHeaders: [] }],
    ['texts', { ...NO_NEWS, users: [{ id: 'user' }] }],
    ['a cursor', { ...NO_NEWS, after: 7 }],
  ])('is no news that nothing was revoked: without %s', async (_, news) => {
    stub.answers.revocations = json(news);
    await expect(newGuard().ready()).rejects.toThrow('The login server sent what is no answer of its');
  });
});

describe('A guard', () => {
  it('is not ready with an auth header that has a rate limit: clients would be told of it', async () => {
    stub.answers.introspect = json({ ...ACTIVE, rate_limit: { limit: 5, window_seconds: 60 } });
    await expect(newGuard().ready()).rejects.toThrow("The guard's own auth header has a rate limit");
  });

  it.each(['/', '//', '/prefix', '/prefix/', '/prefix//', '?'])('asks below a URL that ends in %s', async (end) => {
    await newGuard({ url: `${stub.url}${end}` }).check(OWN);
    expect(stub.asked).toContain(`${end.startsWith('/prefix') ? '/prefix' : ''}/oauth/introspect`);
  });

  it.each([
    'http://user@localhost/',
    'http://user:secret@localhost/',
    'http://localhost/?x=1',
    'http://localhost/#x',
    'ftp://localhost/',
    'localhost:3000',
    '',
    undefined,
    7,
  ])('is not made with a URL that nothing can be asked at: %s', (wrong) => {
    const message = 'url must be the http or https URL of the login server, without a user, a query and a fragment';
    expect(() => newGuard({ url: wrong })).toThrow(new TypeError(message));
  });

  it.each([undefined, 7, '', `Bearer ${OWN}`])('is not made with an auth header that is none: %s', (wrong) => {
    const message = 'authHeader must be an auth header of the login server';
    expect(() => newGuard({ authHeader: wrong })).toThrow(new TypeError(message));
  });

  it('gives each request a principal that no other one has changed', async () => {
    const guard = await readyGuard();
    const first = await guard.check(OWN);
    expect(() => (first.roles as string[]).push('admin')).toThrow(TypeError);
    expect(() => (first.scopes as string[]).push('orders:write')).toThrow(TypeError);
    first.expires?.setTime(0);
    expect(await guard.check(OWN)).toMatchObject({
      roles: ['reader'],
      scopes: ['orders:read'],
      expires: new Date(4_000_000_000_000),
    });
    // It was remembered.
    expect(stub.asked.filter((path) => path === '/oauth/introspect')).toHaveLength(2);
  });

  it('refuses an auth header that is bound to addresses where it does not know that of the client', async () => {
    stub.answers.introspect = json({ ...ACTIVE, address_bound: true });
    const guard = newGuard();
    for (const options of [{}, { address: undefined }, { address: '' }]) {
      expect(await refusalOf(guard, OWN, options)).toMatchObject({ code: 'invalid_token' });
    }
    expect(await guard.check(OWN, { address: '192.0.2.7' })).toMatchObject({ username: 'name' });
  });

  it('takes no misspelt requirement for none', async () => {
    await expect(newGuard().check(OWN, { scope: ['orders:write'] } as object)).rejects.toThrow(
      new TypeError('scope is no option of a check'),
    );
  });

  describe('asked for a login', () => {
    const NOW_SECONDS = Math.floor(Date.now() / 1000);
    const LOGIN = { ...ACTIVE, credential_kind: 'jwt', sid: 'sid', amr: ['pwd'] };
    const RECENT = { maxAgeSeconds: 600 };
    const STRONG = { acr: 'aal2' };
    const old = { ...LOGIN, auth_time: NOW_SECONDS - 3600, acr: 'aal1' };
    const strong = { ...old, acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] };
    const fresh = { ...old, auth_time: NOW_SECONDS };

    it.each<[string, object, object, boolean]>([
      ['an old one', old, {}, true],
      ['an old one', old, { acr: 'aal1' }, true],
      ['an old one', old, RECENT, false],
      ['an old one', old, STRONG, false],
      ['a fresh one', fresh, RECENT, true],
      ['a fresh one', fresh, { ...RECENT, ...STRONG }, false],
      ['a strong one', strong, STRONG, true],
      ['a strong one', strong, { ...RECENT, ...STRONG }, false],
      ['one of a server whose clock is ahead', { ...fresh, auth_time: NOW_SECONDS + 3 }, RECENT, true],
      ['one in the future', { ...fresh, auth_time: NOW_SECONDS + 3600 }, RECENT, false],
      // A server of an older version tells nothing of the login.
      ['one that is not told', LOGIN, {}, true],
      ['one that is not told', LOGIN, RECENT, false],
      ['one that is not told', LOGIN, { acr: 'aal1' }, false],
      ['one that is told otherwise', { ...old, auth_time: String(NOW_SECONDS), acr: ['aal2'] }, RECENT, false],
      ['one that is told otherwise', { ...fresh, acr: 'aal9' }, { acr: 'aal1' }, false],
      ['an auth header', ACTIVE, RECENT, false],
      ['an auth header', { ...fresh, credential_kind: 'auth-header', acr: 'aal2' }, { ...RECENT, ...STRONG }, false],
    ])('passes %s: %j, %j: %s', async (_, body, requirement, passes) => {
      stub.answers.introspect = json(body);
      const answer = newGuard().check(OWN, requirement);
      if (passes) await expect(answer).resolves.toMatchObject({ username: 'name' });
      else await expect(answer).rejects.toMatchObject({ code: 'insufficient_user_authentication', status: 401 });
    });

    it('says in the challenge what is required, and the lack of a right before it', async () => {
      stub.answers.introspect = json(old);
      expect((await refusalOf(newGuard(), OWN, { ...RECENT, ...STRONG })).headers).toEqual({
        'WWW-Authenticate':
          'Bearer error="insufficient_user_authentication", ' +
          'error_description="A more recent or a stronger login is required", acr_values="aal2", max_age="600"',
      });
      expect(await refusalOf(newGuard(), OWN, { ...RECENT, roles: ['editor'] })).toMatchObject({
        code: 'insufficient_scope',
      });
    });

    it('tells what it knows of it', async () => {
      stub.answers.introspect = json(strong);
      const authTime = new Date((NOW_SECONDS - 3600) * 1000);
      expect(await newGuard().check(OWN)).toMatchObject({ authTime, acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] });
      stub.answers.introspect = json(ACTIVE);
      expect(await newGuard().check(OWN)).toMatchObject({ authTime: null, acr: null, amr: [] });
    });

    it.each([
      { maxAgeSeconds: NaN },
      { maxAgeSeconds: 0 },
      { maxAgeSeconds: '600' },
      { acr: 'aal3' },
      { acr: 'toString' },
    ])('takes no malformed requirement for none: %j', async (wrong) => {
      stub.answers.introspect = json(strong);
      await expect(newGuard().check(OWN, wrong as object)).rejects.toThrow(TypeError);
    });

    it('finds a login that it remembers too old when it is', async () => {
      stub.answers.introspect = json({ ...fresh, auth_time: NOW_SECONDS - 540 });
      const guard = await readyGuard();
      const now = jest.spyOn(Date, 'now');
      expect(await guard.check(OWN, RECENT)).toMatchObject({ username: 'name' });
      now.mockReturnValue((NOW_SECONDS + 90) * 1000);
      const refusal = await refusalOf(guard, OWN, RECENT);
      now.mockRestore();
      expect(refusal.code).toBe('insufficient_user_authentication');
    });
  });

  it.each<[string, RequestHeaders]>([
    ['in turn', ['Host', 'x', 'AUTHORIZATION', `Bearer ${OWN}`, 'odd']],
    ['by name', { host: 'x', 'X-API-Key': OWN }],
    ['by name, with several values', { authorization: [OWN, `Bearer ${OWN}`] }],
    ['of HTTP/2', { ':authority': 'x', ':method': 'GET', authorization: OWN }],
    ['of fetch', new Headers({ Authorization: `Bearer ${OWN}` })],
    ['in a map', new Map([['Authorization', `Bearer ${OWN}`]])],
  ])('reads headers %s', async (_, headers) => {
    expect(await newGuard().check(headers)).toMatchObject({ username: 'name' });
  });

  it('reads two credentials in the headers of fetch', async () => {
    const headers = new Headers({ Authorization: `Bearer ${OWN}` });
    headers.append('Authorization', 'Bearer a.b.c');
    expect(await refusalOf(newGuard(), headers)).toMatchObject({ code: 'invalid_token' });
  });
});

it('A refusal does not answer a request that a time limit has answered', async () => {
  const thrown: unknown[] = [];
  const service = createServer((_, response) => {
    response.writeHead(504).end('late');
    try {
      sendRefusal(response, new GuardError('unavailable', 'The login server cannot be reached'));
    } catch (error) {
      // Nobody would catch it: it ends the process.
      thrown.push(error);
    }
  });
  await once(service.listen(0, '127.0.0.1'), 'listening');
  const answer = await fetch(`http://127.0.0.1:${(service.address() as AddressInfo).port}`);
  expect([answer.status, await answer.text()]).toEqual([504, 'late']);
  service.closeAllConnections();
  service.close();
  expect(thrown).toEqual([]);
});
