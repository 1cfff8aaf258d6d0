import { type AuthHeaderAnswer, claimsOf, Client, type ManagedUser, newAddress } from './support/client.js';
import { ADMIN, BEHIND_PROXY } from './support/server.js';
import { useServer } from './support/use-server.js';

const ACCOUNTS_LOGIN = '/en/api/v1/accounts/login';
const LONG_AGO = '2020-01-01T00:00:00.000Z';
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const NEW_PASSWORD = 'a quieter place to read';

interface AuditEvent {
  id: string;
  at: string;
  action: string;
  outcome: string;
  userId?: string;
  username: string;
  credential: string;
  credentialId?: string;
  ip: string;
  client: string;
  target?: string;
  detail: string;
  chain: number;
  sequence: number;
  hash: string;
}

const { client, database } = useServer({ env: BEHIND_PROXY });
let jwt: string;
let adminId: string;
const secrets: string[] = [];

beforeAll(async () => {
  jwt = await client.logIn();
  adminId = claimsOf(jwt).sub;
  secrets.push(jwt, ADMIN.password, NEW_PASSWORD);
});

const list = async (query = '', credential = jwt) =>
  (await client.get<AuditEvent[]>(`/audit/list${query}`, credential)).body;

/** The events that an act leaves, oldest first. */
async function left(act: () => Promise<unknown>): Promise<AuditEvent[]> {
  const [newest] = await list('?limit=1');
  await act();
  const events = await list();
  return events
    .slice(
      0,
      events.findIndex(({ id }) => id === newest?.id),
    )
    .reverse();
}

/** A user of this test's own, logged in from an address of their own. */
async function newUser(username: string): Promise<{ id: string; from: Client; ip: string; jwt: string }> {
  const id = await database.addUser(username);
  const ip = newAddress();
  const from = client.from(ip);
  const session = await from.logIn(username);
  secrets.push(session);
  return { id, from, ip, jwt: session };
}

const add = async (username: string, password?: string) =>
  (
    await client.post<ManagedUser>(
      '/user/add',
      { username, email: `${username}@example.com`, ...(password === undefined ? {} : { password }) },
      jwt,
    )
  ).body;

describe('Each of these leaves one event, which tells who, with what, from where, to what and how it ended', () => {
  const common = (ip: string) => ({
    id: expect.stringMatching(UUID) as string,
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
    ip,
    client: expect.any(String) as string,
    detail: expect.any(String) as string,
    chain: expect.any(Number) as number,
    sequence: expect.any(Number) as number,
    hash: expect.stringMatching(/^[\w-]{43}$/) as string,
  });

  it('logging in, at either door', async () => {
    const { id, ip, from } = await newUser('anna');
    for (const login of [
      () => from.post('/user/login', { username: 'ANNA', password: ADMIN.password }),
      () => from.post(ACCOUNTS_LOGIN, { account: { email: 'anna@example.com', password: ADMIN.password } }),
    ]) {
      const events = await left(login);
      const [session] = await database.query<{ id: string }>('SELECT id FROM session ORDER BY id DESC LIMIT 1');
      const who = { userId: id, username: 'anna', credential: 'password', target: session?.id };
      expect(events).toEqual([{ ...common(ip), ...who, action: 'login', outcome: 'success' }]);
      expect(Math.abs(Date.parse(events[0]?.at ?? '') - Date.now())).toBeLessThan(10_000);
    }
  });

  it('being refused: a wrong password, an unknown name, a disabled user, an expired password', async () => {
    const { id, ip, from } = await newUser('bert');
    const refused = { credential: 'password', outcome: 'refused' };
    const attempt = (body: object) => () => from.post('/user/login', body);
    const change = (password: string) => () =>
      from.post('/user/password', { username: 'bert', password, newPassword: NEW_PASSWORD });
    const known = { ...common(ip), ...refused, userId: id, username: 'bert' };
    expect(await left(attempt({ username: 'bert', password: 'wrong' }))).toEqual([{ ...known, action: 'login' }]);
    expect(await left(change('wrong'))).toEqual([{ ...known, action: 'password.change' }]);
    expect(await left(attempt({ username: 'typed-amiss', password: 'wrong' }))).toEqual([
      { ...common(ip), ...refused, username: '', action: 'login' },
    ]);
    await database.query('UPDATE "user" SET password_expires = ? WHERE id = ?', LONG_AGO, id);
    expect(await left(attempt({ username: 'bert', password: ADMIN.password }))).toEqual([
      { ...known, action: 'login' },
    ]);
    await database.query('UPDATE "user" SET disabled = ? WHERE id = ?', LONG_AGO, id);
    expect(await left(attempt({ username: 'bert', password: ADMIN.password }))).toEqual([
      { ...known, action: 'login' },
    ]);
  });

  it('being refused a new password that is weak', async () => {
    const { id, ip, from } = await newUser('brit');
    const body = { username: 'brit', password: ADMIN.password, newPassword: 'short' };
    expect(await left(() => from.post('/user/password', body))).toEqual([
      {
        ...common(ip),
        action: 'password.change',
        outcome: 'refused',
        userId: id,
        username: 'brit',
        credential: 'password',
      },
    ]);
  });

  it('being throttled', async () => {
    const { id, ip, from } = await newUser('carl');
    for (let count = 0; count < 10; count++) await from.post('/user/login', { username: 'carl', password: 'wrong' });
    const who = { ...common(ip), userId: id, username: 'carl', credential: 'password', outcome: 'throttled' };
    expect(await left(() => from.post('/user/login', { username: 'carl', password: ADMIN.password }))).toEqual([
      { ...who, action: 'login' },
    ]);
    const body = { username: 'carl', password: ADMIN.password, newPassword: NEW_PASSWORD };
    expect(await left(() => from.post('/user/password', body))).toEqual([{ ...who, action: 'password.change' }]);
  });

  it('changing a password', async () => {
    const { id, ip, from } = await newUser('dora');
    const body = { username: 'dora', password: ADMIN.password, newPassword: NEW_PASSWORD };
    expect(await left(() => from.post('/user/password', body))).toEqual([
      {
        ...common(ip),
        action: 'password.change',
        outcome: 'success',
        userId: id,
        username: 'dora',
        credential: 'password',
        target: id,
      },
    ]);
  });

  it('renewing, ending and leaving a session', async () => {
    const { id, ip, from, jwt: session } = await newUser('erik');
    const { sid, jti } = claimsOf(session);
    const other = await from.logIn('erik');
    const who = { userId: id, username: 'erik', credential: 'jwt', credentialId: jti };
    const success = { ...common(ip), ...who, outcome: 'success' };
    expect(await left(() => from.post('/user/renew', undefined, session))).toEqual([
      { ...success, action: 'session.renew', target: sid },
    ]);
    expect(await left(() => from.post('/user/sessions/end', { id: claimsOf(other).sid }, session))).toEqual([
      { ...success, action: 'session.end', target: claimsOf(other).sid },
    ]);
    expect(await left(() => from.post('/user/logout', { everywhere: true }, session))).toEqual([
      { ...success, action: 'session.end', target: sid },
    ]);
    const last = await from.logIn('erik');
    expect(await left(() => from.post('/user/logout', undefined, last))).toEqual([
      { ...success, action: 'session.end', target: claimsOf(last).sid, credentialId: claimsOf(last).jti },
    ]);
  });

  it('adding, rotating and deleting an auth header, with an auth header too', async () => {
    const { id, ip, from, jwt: session } = await newUser('faye');
    const managing = await from.addAuthHeader(session, { name: 'manager', scopes: ['authheader:manage'] });
    secrets.push(managing.token);
    const credentials = [
      [session, { credential: 'jwt', credentialId: claimsOf(session).jti }],
      [managing.token, { credential: 'auth-header', credentialId: managing.id }],
    ] as const;
    for (const [credential, means] of credentials) {
      const success = { ...common(ip), userId: id, username: 'faye', ...means, outcome: 'success' };
      let made: AuthHeaderAnswer | undefined;
      const added = await left(async () => (made = await from.addAuthHeader(credential, { name: 'backup job' })));
      const target = made?.id ?? '';
      expect(added).toEqual([{ ...success, action: 'authheader.add', target, detail: 'backup job' }]);
      const rotated = await left(async () => {
        const body = { text: target, overlapSeconds: 60 };
        const answer = await from.post<AuthHeaderAnswer>('/authheader/rotate', body, credential);
        secrets.push(made?.token ?? '', answer.body.token);
      });
      expect(rotated).toEqual([{ ...success, action: 'authheader.rotate', target }]);
      expect(await left(() => from.post('/authheader/delete', { text: target }, credential))).toEqual([
        { ...success, action: 'authheader.delete', target },
      ]);
    }
  });

  it('adding, changing, disabling, enabling, unlocking, resetting and deleting a user', async () => {
    const who = { userId: adminId, username: 'admin', credential: 'jwt', credentialId: claimsOf(jwt).jti };
    const success = { ...common('127.0.0.1'), ...who, outcome: 'success' };
    let added: ManagedUser | undefined;
    const adding = await left(async () => (added = await add('gina')));
    const id = added?.Id ?? '';
    secrets.push(added?.InitialPassword ?? '-');
    expect(adding).toEqual([{ ...success, action: 'user.add', target: id }]);
    for (const action of ['update', 'disable', 'enable', 'unlock', 'reset', 'delete']) {
      const events = await left(async () => {
        const { body } = await client.post<ManagedUser>(`/user/${action}`, { id }, jwt);
        if (action === 'reset') secrets.push(body.InitialPassword ?? '-');
      });
      expect(events).toEqual([{ ...success, action: `user.${action}`, target: id }]);
    }
  });
});

describe('No event is left', () => {
  it('by what changed nothing', async () => {
    const { jwt: session, from } = await newUser('hugo');
    expect(
      await left(async () => {
        await from.get('/user/me', session);
        await from.get('/user/sessions', session);
        await from.get('/authheader/list', session);
        await client.get('/user/list', jwt);
        await client.get('/audit/list', jwt);
        await client.post('/user/delete', { id: adminId }, jwt);
        await client.post('/user/update', { id: claimsOf(session).sub, username: 'admin' }, jwt);
        await from.post('/authheader/delete', { text: 'nothing' }, session);
        await from.post('/authheader/delete', { text: '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d' }, session);
        await from.post('/user/login', { username: 1 });
      }),
    ).toEqual([]);
  });
});

describe('The first administrator', () => {
  it('was added by the command line', async () => {
    const [first] = await list('?action=user.add&target=' + adminId);
    expect(first).toMatchObject({ credential: 'command-line', username: '', ip: '', target: adminId });
    expect(first).not.toHaveProperty('userId');
  });
});

describe('What an event says', () => {
  it('is cut to fit, and never what a name that nobody has was', async () => {
    const typed = 'my-password-in-the-wrong-box';
    const headers = { 'user-agent': 'x'.repeat(2000) };
    for (const [path, body] of [
      ['/user/login', { username: typed, password: typed }],
      ['/user/password', { username: typed, password: typed, newPassword: `${typed}!` }],
      [ACCOUNTS_LOGIN, { account: { email: typed, password: typed } }],
    ] as const) {
      await client.call('POST', path, { body, headers });
    }
    const events = await list('?limit=3');
    for (const { client: name, username } of events) expect([name, username]).toEqual(['x'.repeat(255), '']);
    expect((await database.dump()).includes(typed)).toBe(false);
  });

  it('is never a secret', async () => {
    const rows = JSON.stringify(await database.query('SELECT * FROM audit_event'));
    expect(secrets.length).toBeGreaterThan(12);
    expect(secrets.filter((secret) => rows.includes(secret))).toEqual([]);
    expect(rows).not.toMatch(/eyJ|\bep_[0-9A-Za-z]{20}|argon2/);
  });
});

describe('The list of events', () => {
  it.each<[string, (event: AuditEvent) => boolean]>([
    ['action=login', ({ action }) => action === 'login'],
    ['outcome=refused', ({ outcome }) => outcome === 'refused'],
    ['action=login&outcome=throttled', ({ action, outcome }) => action === 'login' && outcome === 'throttled'],
    ['userId=ADMIN', ({ userId }) => userId === adminId],
    ['target=ADMIN', ({ target }) => target === adminId],
  ])('holds, newest first, those that meet %s', async (query, meets) => {
    const all = await list();
    const expected = all.filter(meets);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(all.length);
    expect(await list(`?${query.replace('ADMIN', adminId)}`)).toEqual(expected);
  });

  it('holds those from a moment on, and those before one', async () => {
    const ids = (await database.query<{ id: string }>('SELECT id FROM audit_event ORDER BY id LIMIT 3')).map(
      ({ id }) => id,
    );
    // On one day, where the form of a moment decides.
    const moments = ['2024-02-03T10:00:00.000Z', '2024-02-03T10:00:00.500Z', '2024-02-03T23:59:59.999Z'];
    for (const [index, at] of moments.entries()) {
      await database.query('UPDATE audit_event SET at = ? WHERE id = ?', at, ids[index]);
    }
    const [first, second, third] = ids;
    const between = async (query: string) =>
      (await list(`?until=2024-12-31T00:00:00Z&${query}`)).map(({ id }) => id).reverse();
    expect(await between('from=2024-02-03T00:00:00Z')).toEqual([first, second, third]);
    expect(await between('from=2024-02-03T10:00:00.500Z')).toEqual([second, third]);
    expect(await between('from=2024-02-03T12:30:00%2B02:00')).toEqual([third]);
    expect(await between('from=2024-02-04T00:00:00Z')).toEqual([]);
    const until = async (moment: string) => (await list(`?until=${moment}`)).map(({ id }) => id).reverse();
    expect(await until('2024-02-03T10:00:00Z')).toEqual([]);
    expect(await until('2024-02-03T10:00:00.500Z')).toEqual([first]);
    expect(await until('2024-02-03T23:00:00-02:00')).toEqual([first, second, third]);
    expect(await list('?from=2024-02-03T10:00:00Z&until=2024-02-03T10:00:00Z')).toEqual([]);
  });

  it.each([
    ['action', 'nothing'],
    ['outcome', 'failure'],
    ['userId', 'nobody'],
    ['target', '1'],
    ['from', 'yesterday'],
    ['until', '2024-02-03'],
    ['nonsense', '1'],
  ])('refuses a bad %s', async (field, value) => {
    const { status, body } = await client.get(`/audit/list?${field}=${value}`, jwt);
    expect(status).toBe(400);
    expect(body).toMatchObject({ details: [{ field }] });
  });

  it('can be read with an auth header that has the scope admin', async () => {
    const { token } = await client.addAuthHeader(jwt, { name: 'auditor', scopes: ['admin'] });
    expect((await list('', token)).length).toBeGreaterThan(0);
  });
});

describe('No call alters an event', () => {
  it('for there is none but the list', async () => {
    const calls = client.contract.operations().filter(({ path }) => path.includes('audit'));
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /audit/list']);
    const [event] = await list('?limit=1');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const headers = { authorization: `Bearer ${jwt}` };
      for (const path of ['/audit/list', '/audit', `/audit/${event?.id ?? ''}`]) {
        expect([404, 405]).toContain((await client.call(method, path, { headers })).status);
      }
    }
  });

  it('not even the deletion of who did it or of what it was done to', async () => {
    const { id, from, jwt: session } = await newUser('ida');
    const { id: headerId } = await from.addAuthHeader(session);
    const before = await list();
    for (const action of ['reset', 'disable', 'delete']) await client.post(`/user/${action}`, { id }, jwt);
    const after = await list();
    expect(after.slice(3)).toEqual(before);
    expect(after.some(({ target, userId }) => target === headerId && userId === id)).toBe(true);
  });
});
