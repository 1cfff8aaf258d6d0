import { createHash } from 'node:crypto';
import { ConsoleVisitor, SAME_ORIGIN, valueIn } from './support/console-visitor.js';
import { newAddress } from './support/client.js';
import { ADMIN, BEHIND_PROXY } from './support/server.js';
import { useServer, useSharedServer } from './support/use-server.js';

const { server, client, database } = useSharedServer();
const FORMS = [
  '/login',
  '/logout',
  '/confirm',
  '/password',
  '/sessions/end',
  '/sessions/end-others',
  '/authheaders/new',
  '/authheaders/rotate',
  '/authheaders/revoke',
  '/forgot',
  '/reset',
  '/email',
  '/email/confirm',
  '/email/undo',
];

const newVisitor = () => new ConsoleVisitor(server, newAddress());
/** A user of this test's own, in the console. */
async function logInAs(username: string, roles: string[] = []): Promise<ConsoleVisitor> {
  await database.addUser(username, roles);
  return newVisitor().logIn(username);
}
const sessionsOf = (username: string) =>
  database.query<{ id: string; ended: string | null; cookie_hash: string | null }>(
    `SELECT session.id, session.ended, session.cookie_hash FROM session JOIN "user" AS owner ON owner.id = session.user_id
     WHERE owner.username = ? ORDER BY session.id`,
    username,
  );
/** Lets the logins of a user be eleven minutes old. */
async function age(username: string): Promise<void> {
  const moment = new Date(Date.now() - 660_000).toISOString();
  await database.query(
    'UPDATE session SET created = ? WHERE user_id = (SELECT id FROM "user" WHERE username = ?)',
    moment,
    username,
  );
}

describe('A login in the console', () => {
  it.each([
    ['username', 'door.one', 'door.one'],
    ['e-mail address', 'door.two', 'door.two@example.com'],
  ])('takes the %s', async (_, username, name) => {
    await database.addUser(username);
    const visitor = await newVisitor().logIn(name);
    const page = await visitor.get('');
    expect([page.status, page.text]).toEqual([200, expect.stringContaining(`Logged in as ${username}`)]);
  });

  it('gives the browser a value that the database does not hold, and opens a session that the API lists', async () => {
    const visitor = await logInAs('cookie.user');
    const [, value = ''] = visitor.cookie.split('=');
    expect(value).toMatch(/^[\w-]{43}$/);
    const hash = createHash('sha256').update(value).digest('base64url');
    expect(await sessionsOf('cookie.user')).toEqual([expect.objectContaining({ cookie_hash: hash, ended: null })]);
    const jwt = await client.logIn('cookie.user');
    expect((await client.get('/user/sessions', jwt)).body).toHaveLength(2);
    const [event] = await database.query<{ action: string }>(
      "SELECT action FROM audit_event WHERE username = 'cookie.user' ORDER BY id",
    );
    expect(event).toEqual({ action: 'login' });
  });

  it('sets a cookie that scripts cannot read and other sites do not send', async () => {
    await database.addUser('attributes');
    const { headers } = await newVisitor().submit('/login', { name: 'attributes', password: ADMIN.password });
    const [value, ...attributes] = headers.get('set-cookie')?.split('; ') ?? [];
    expect(value).toMatch(/^personas=/);
    expect(attributes.toSorted()).toEqual(['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Lax']);
  });

  it('shows the form again, with what was typed but the password, and says the error first in the title', async () => {
    const answer = await newVisitor().submit('/login', { name: 'nobody "here"', password: 'wrong password' });
    expect(answer.status).toBe(403);
    expect(answer.html).toContain('<title>Error: Log in');
    expect(answer.html).toContain('value="nobody &quot;here&quot;"');
    expect(answer.html).not.toContain('wrong password');
    expect(answer.text).toContain('Incorrect credentials');
  });

  it('leads back to the page that was asked for, and to no other site', async () => {
    await database.addUser('returning');
    const first = newVisitor();
    const { to = '' } = await first.get('/authheaders?ending=soon');
    expect(to).toMatch(/^\/login\?/);
    const { html } = await first.get(to);
    const kept = valueIn(html, /name="to" value="([^"]*)"/);
    const login = { name: 'returning', password: ADMIN.password };
    expect((await first.submit('/login', { ...login, to: kept })).to).toBe('/authheaders?ending=soon');
    for (const foreign of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '@evil.example',
      '.evil.example',
    ]) {
      const { headers } = await newVisitor().submit('/login', { ...login, to: foreign });
      expect(headers.get('location')).toBe('/console');
    }
  });

  it('changes the cookie, and ends the session that the browser had before', async () => {
    const visitor = await logInAs('fixation');
    const before = visitor.cookie;
    await visitor.logIn('fixation');
    expect(visitor.cookie).not.toBe(before);
    const [first, second] = await sessionsOf('fixation');
    expect([typeof first?.ended, second?.ended]).toEqual(['string', null]);
    const thief = newVisitor();
    thief.cookie = before;
    expect((await thief.get('')).to).toMatch(/^\/login/);
  });

  it('leads a user with a one-time password to the choice of their own, which logs in', async () => {
    const jwt = await client.logIn();
    const { body } = await client.post<{ InitialPassword: string }>(
      '/user/add',
      { username: 'newcomer', email: 'newcomer@example.com' },
      jwt,
    );
    const visitor = newVisitor();
    const { to = '' } = await visitor.submit('/login', { name: 'newcomer', password: body.InitialPassword });
    expect(to).toMatch(/^\/password\?/);
    expect((await visitor.get(to)).text).toContain('This is a one-time password');
    const answer = await visitor.submit('/password', {
      name: 'newcomer',
      password: body.InitialPassword,
      newPassword: 'a quieter place to read',
    });
    expect(answer.to).toBe('?done=password_is_changed');
    expect((await visitor.get('')).text).toContain('Logged in as newcomer');
  });
});

describe('The cookie', () => {
  it('is good for the console alone: no route of the API takes it', async () => {
    const { cookie } = await logInAs('api.cookie', ['admin']);
    const calls = [
      client.call('GET', '/user/me', { headers: { cookie } }),
      client.call('GET', '/auth/verify', { headers: { cookie } }),
      client.call('GET', '/user/list', { headers: { cookie } }),
      client.call('POST', '/authheader/add', { headers: { cookie, ...SAME_ORIGIN }, body: { name: 'by cookie' } }),
    ];
    for (const { status } of await Promise.all(calls)) expect(status).toBe(401);
  });

  it('is refused once its session has ended, been revoked or its user was disabled', async () => {
    const jwt = await client.logIn();
    const ends = {
      'log.out': (visitor: ConsoleVisitor) => visitor.submit('/logout', {}),
      'everywhere.out': async () =>
        client.post('/user/logout', { everywhere: true }, await client.logIn('everywhere.out')),
      'disabled.out': async () => client.post('/user/disable', { id: await idOf('disabled.out') }, jwt),
    };
    const idOf = async (username: string) =>
      (await database.query<{ id: string }>('SELECT id FROM "user" WHERE username = ?', username))[0]?.id ?? '';
    for (const [username, end] of Object.entries(ends)) {
      const visitor = await logInAs(username);
      const thief = newVisitor();
      thief.cookie = visitor.cookie;
      expect((await thief.get('')).status).toBe(200);
      await end(visitor);
      expect((await thief.get('')).to).toMatch(/^\/login/);
    }
  });

  it('is refused where there are two, of which another host may have set one', async () => {
    const visitor = await logInAs('tossed');
    const twice = newVisitor();
    twice.cookie = `${visitor.cookie}; personas=${'x'.repeat(43)}`;
    expect((await twice.get('')).to).toMatch(/^\/login/);
  });
});

describe('A form', () => {
  it.each(FORMS)('is refused if no page of this server sent it: %s', async (form) => {
    const visitor = await logInAs(`forged${form.replaceAll('/', '.')}`);
    const fields = { name: ADMIN.username, password: ADMIN.password };
    const forged: Record<string, string>[] = [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { origin: server.url.replace('http:', 'https:') },
      { 'sec-fetch-site': 'cross-site', origin: server.url },
    ];
    for (const headers of forged) {
      const answer = await visitor.submit(form, fields, headers);
      expect([headers, answer.status, answer.headers.get('set-cookie')]).toEqual([headers, 403, null]);
      expect(answer.text).toContain('It did not come from a page of this console');
    }
    expect((await visitor.get('')).status).toBe(200);
  });

  it('is taken by its origin where the browser sends no fetch metadata', async () => {
    const visitor = await logInAs('plain.http');
    expect((await visitor.submit('/logout', {}, { origin: server.url })).to).toBe('/login?done=logged_out');
  });

  it('of another type is refused with a page', async () => {
    const visitor = await logInAs('json.form');
    const answer = await visitor.submit('/logout', { to: '' }, { ...SAME_ORIGIN, 'content-type': 'text/plain' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([415, 'text/html; charset=utf-8']);
  });
});

describe('A page', () => {
  it('loads nothing from elsewhere, is kept by nobody and is not compressed', async () => {
    const visitor = await logInAs('page.headers');
    for (const page of ['', '/sessions', '/authheaders', '/authheaders/new', '/password', '/nowhere']) {
      const { headers } = await visitor.get(page, { 'accept-encoding': 'gzip, br' });
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
          "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      );
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('content-encoding')).toBeNull();
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
  });

  it('changes nothing when it is opened', async () => {
    const visitor = await logInAs('reader');
    const before = await sessionsOf('reader');
    for (const form of FORMS) await visitor.get(form);
    expect(await sessionsOf('reader')).toEqual(before);
  });

  it('is in the language of the address or of the browser, also from right to left', async () => {
    const visitor = newVisitor();
    const arabic = await visitor.get('/login', { 'accept-language': 'ar-EG, en;q=0.5' });
    expect(arabic.html).toContain('<html lang="ar" dir="rtl">');
    const german = await visitor.get('/login?lang=de', { 'accept-language': 'ar' });
    expect(german.html).toContain('<html lang="de" dir="ltr">');
    expect(german.html).toContain('action="/console/login?lang=de"');
    expect((await visitor.get('/login?lang=xx')).html).toContain('<html lang="en"');
  });

  it('that nobody has is not found', async () => {
    const { status, text } = await newVisitor().get('/no/such/page');
    expect([status, text]).toEqual([404, expect.stringContaining('There is no such page')]);
  });
});

describe('Sessions in the console', () => {
  it('are listed with their device, and ended one by one or all but this one', async () => {
    const visitor = await logInAs('many.places');
    const jwts = [
      await client.logIn('many.places'),
      await client.logIn('many.places'),
      await client.logIn('many.places'),
    ];
    const list = await visitor.get('/sessions', { 'user-agent': 'unused' });
    expect(list.text).toContain('this session');
    const id = valueIn(list.html, /name="id" value="([^"]+)"/);
    expect((await visitor.submit('/sessions/end', { id })).to).toBe('/sessions?done=session_ended');
    const statuses = async () => Promise.all(jwts.map(async (jwt) => (await client.get('/user/me', jwt)).status));
    expect((await statuses()).toSorted()).toEqual([200, 200, 401]);
    expect((await visitor.submit('/sessions/end-others', {})).to).toBe('/sessions?done=other_sessions_ended');
    expect(await statuses()).toEqual([401, 401, 401]);
    expect((await visitor.get('/sessions')).status).toBe(200);
    const events = await database.query(
      "SELECT credential, detail FROM audit_event WHERE username = 'many.places' AND action = 'session.end' ORDER BY id",
    );
    expect(events).toEqual([
      { credential: 'session', detail: '' },
      { credential: 'session', detail: 'every other session' },
    ]);
  });

  it('of another user are not found', async () => {
    const visitor = await logInAs('not.mine');
    const [other] = await sessionsOf('many.places');
    expect((await visitor.submit('/sessions/end', { id: other?.id ?? '' })).status).toBe(404);
  });
});

describe('Auth headers in the console', () => {
  const FIELDS = {
    name: 'nightly <backup>',
    expires: '30',
    date: '',
    scopes: 'orders:read, orders:write',
    allowedIps: '10.0.0.0/8\r\n127.0.0.1',
    'rateLimit.limit': '1000',
    'rateLimit.windowSeconds': '3600',
  };
  const TOKEN = /ep_[0-9A-Za-z]{36}/g;

  it('are made, rotated and revoked, and each token is in one page once', async () => {
    const visitor = await logInAs('maker');
    const made = await visitor.submit('/authheaders/new', FIELDS);
    expect(made.status).toBe(200);
    const [token = '', ...others] = made.html.match(TOKEN) ?? [];
    expect(others).toEqual([]);
    const mine = client.from('10.9.8.7');
    const { body } = await mine.get<{ Credential: { Name: string; Scopes: string[] } }>('/user/me', token);
    expect(body.Credential).toMatchObject({ Name: FIELDS.name, Scopes: ['orders:read', 'orders:write'] });

    const list = await visitor.get('/authheaders');
    expect(list.html).not.toMatch(TOKEN);
    expect(list.text).toContain('nightly <backup>');
    const id = valueIn(list.html, /authheaders\/rotate\?id=([\w-]+)/);
    const rotated = await visitor.submit('/authheaders/rotate', { id, overlapSeconds: '3600' });
    const [next = ''] = rotated.html.match(TOKEN) ?? [];
    expect(next).not.toBe(token);
    const asked = await visitor.get(`/authheaders/revoke?id=${id}`);
    const previous = valueIn(asked.html, /<option value="(ep_[^"]+)"/);
    expect((await visitor.submit('/authheaders/revoke', { id, what: previous })).to).toMatch(/previous_token_revoked/);
    const statusOf = async (credential: string) => (await mine.get('/user/me', credential)).status;
    expect([await statusOf(token), await statusOf(next)]).toEqual([401, 200]);
    expect((await visitor.submit('/authheaders/revoke', { id })).to).toMatch(/auth_header_revoked/);
    expect(await statusOf(next)).toBe(401);
  });

  it('are refused by the rules of the API, field by field, and nothing typed is lost', async () => {
    const visitor = await logInAs('mistaken');
    const wrong = { ...FIELDS, name: '', scopes: 'a"b', allowedIps: 'everywhere', 'rateLimit.limit': 'many' };
    const answer = await visitor.submit('/authheaders/new', wrong);
    expect([answer.status, answer.html.includes('<title>Error: New auth header')]).toEqual([400, true]);
    for (const name of ['name', 'scopes', 'allowedIps', 'rateLimit.limit'])
      expect(answer.html).toContain(`href="#${name}"`);
    expect(answer.html).toContain('everywhere</textarea>');
    const noDate = await visitor.submit('/authheaders/new', { ...FIELDS, expires: 'date' });
    expect(noDate.html).toContain('href="#date"');
  });

  it('of another user are not found', async () => {
    const { id } = await client.addAuthHeader(await client.logIn());
    const visitor = await logInAs('curious');
    for (const page of ['rotate', 'revoke'])
      expect((await visitor.get(`/authheaders/${page}?id=${id}`)).status).toBe(404);
    expect((await visitor.submit('/authheaders/revoke', { id })).status).toBe(404);
  });

  it('need a login of the last ten minutes, which takes the password again and changes the cookie', async () => {
    const visitor = await logInAs('stale');
    await age('stale');
    const before = visitor.cookie;
    const { to: kept = '' } = await visitor.submit('/authheaders/new', FIELDS);
    expect(kept).toMatch(/^\/confirm\?/);
    const form = new URLSearchParams(kept.split('?')[1]).get('to') ?? '';
    const { to = '' } = await visitor.get('/authheaders/new');
    expect(to).toBe('/confirm?to=%2Fauthheaders%2Fnew');
    expect((await visitor.get(to)).text).toContain('Enter your password again');
    const again = { to: '/authheaders/new', password: 'wrong' };
    expect((await visitor.submit('/confirm', again)).status).toBe(403);
    expect((await visitor.submit('/confirm', { ...again, password: ADMIN.password })).to).toBe('/authheaders/new');
    expect(visitor.cookie).not.toBe(before);
    const filledIn = await visitor.get(form);
    expect(filledIn.html).toContain('value="nightly &lt;backup>"');
    expect(filledIn.html).toContain('value="orders:read, orders:write"');
  });
});

describe('A change of the password in the console', () => {
  it('ends every other session, logs in anew and can revoke the auth headers', async () => {
    const visitor = await logInAs('changer');
    const jwt = await client.logIn('changer');
    const { token } = await client.addAuthHeader(jwt);
    const change = { password: ADMIN.password, newPassword: 'a quieter place to read', endAuthHeaders: 'on' };
    const weak = await visitor.submit('/password', { ...change, newPassword: 'changer' });
    expect([weak.status, weak.html.includes('href="#newPassword"')]).toEqual([400, true]);
    expect((await visitor.submit('/password', change)).to).toBe('?done=password_is_changed');
    expect((await visitor.get('?done=password_is_changed')).text).toContain('Your password is changed');
    expect([(await client.get('/user/me', jwt)).status, (await client.get('/user/me', token)).status]).toEqual([
      401, 401,
    ]);
  });
});

describe('A server with a public URL of https', () => {
  const secured = useServer({ env: { ...BEHIND_PROXY, PUBLIC_URL: 'https://login.example.com/auth' } });

  it('sets a cookie that only this host can set, and leads to its own address', async () => {
    const visitor = new ConsoleVisitor(secured.server, newAddress());
    const login = { name: ADMIN.username, password: ADMIN.password };
    const refused = await visitor.submit('/login', login, { origin: secured.server.url });
    expect(refused.status).toBe(403);
    const { headers } = await visitor.submit('/login', login, { origin: 'https://login.example.com' });
    const [value, ...attributes] = headers.get('set-cookie')?.split('; ') ?? [];
    expect(value).toMatch(/^__Host-personas=[\w-]{43}$/);
    expect(attributes).toEqual(expect.arrayContaining(['Secure', 'HttpOnly', 'Path=/', 'SameSite=Lax']));
    expect(headers.get('location')).toBe('/auth/console');
    const page = await visitor.get('');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.html).toContain('href="/auth/console/sessions"');
  });
});

describe('A production server without a public URL', () => {
  const SECRET_KEY = 'production-secret-of-the-console-tests-0123456789';
  const production = useServer({ env: { NODE_ENV: 'production', SECRET_KEY } });

  it('takes no password over plain HTTP, except on its own machine', async () => {
    const visitor = new ConsoleVisitor(production.server);
    const login = { name: ADMIN.username, password: ADMIN.password };
    const elsewhere = { ...SAME_ORIGIN, host: 'login.example.com' };
    const refused = await visitor.submit('/login', login, elsewhere);
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('Set PUBLIC_URL')]);
    expect((await visitor.get('/login', { host: 'login.example.com' })).status).toBe(403);
    expect((await visitor.get('/login')).status).toBe(200);
  });
});

describe('CONSOLE=false', () => {
  const without = useServer({ env: { CONSOLE: 'false' } });

  it('leaves the console out', async () => {
    for (const page of ['/console', '/console/login', '/console/console.css'])
      expect((await without.client.get(page)).status).toBe(404);
  });
});
