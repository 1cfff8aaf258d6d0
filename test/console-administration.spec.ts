import { newAddress } from './support/client.js';
import { ConsoleVisitor, valueIn } from './support/console-visitor.js';
import { ADMIN } from './support/server.js';
import { useServer } from './support/use-server.js';

const PAGES = [
  '/users',
  '/users/show',
  '/users/new',
  '/users/edit',
  '/users/change',
  '/service-accounts',
  '/events',
  '/events/export',
  '/keys',
  '/keys/rotate',
  '/keys/revoke',
  '/health',
  '/figures',
];
const FORMS = ['/users/new', '/users/edit', '/users/change', '/users/end-session', '/keys/rotate', '/keys/revoke'];
const TOKEN = /ep_[0-9A-Za-z]{36}/g;

const { server, client, database } = useServer();
let administrator: ConsoleVisitor;
let jwt: string;

const newVisitor = () => new ConsoleVisitor(server, newAddress());
const idOf = async (username: string) =>
  (await database.query<{ id: string }>('SELECT id FROM "user" WHERE username = ?', username))[0]?.id ?? '';
const eventsOn = (target: string) =>
  database.query(
    'SELECT action, outcome, username, credential, detail FROM audit_event WHERE target = ? ORDER BY id',
    target,
  );
/** What is recorded of an act of the administrator in the console. */
const recorded = (action: string, detail = '') => ({
  action,
  outcome: 'success',
  username: ADMIN.username,
  credential: 'session',
  detail,
});

beforeAll(async () => {
  administrator = await newVisitor().logIn();
  jwt = await client.logIn();
});

describe('A user who is no administrator', () => {
  it('sees no page of the administration, and no trace of it', async () => {
    await database.addUser('nobody', ['operator']);
    const visitor = await newVisitor().logIn('nobody');
    const target = await idOf(ADMIN.username);
    for (const page of PAGES) {
      const there = await visitor.get(`${page}?id=${target}`);
      const nowhere = await visitor.get(`${page}?id=${target.replace(/.$/, '0')}`);
      expect([page, there.status, there.text]).toEqual([page, 403, nowhere.text]);
      expect(there.text).not.toContain(ADMIN.email);
    }
    const { html } = await visitor.get('');
    for (const page of PAGES) expect(html).not.toContain(`/console${page}"`);
  });

  it('changes nothing by the forms', async () => {
    await database.addUser('meddler');
    await database.addUser('victim');
    const visitor = await newVisitor().logIn('meddler');
    const id = await idOf('victim');
    const fields = { id, change: 'delete', username: 'taken.over', roles: 'admin', kid: 'x', session: id };
    for (const form of FORMS) expect([form, (await visitor.submit(form, fields)).status]).toEqual([form, 403]);
    expect(await idOf('victim')).toBe(id);
    expect(await eventsOn(id)).toEqual([]);
    // The names that the API refuses to anybody else.
    const foreign = await visitor.submit('/authheaders/new', { userId: id, name: 'foreign', expires: '7' });
    expect([foreign.status, foreign.html.match(TOKEN)]).toEqual([400, null]);
  });

  it('loses the pages with the role, at once', async () => {
    await database.addUser('former', ['admin']);
    const visitor = await newVisitor().logIn('former');
    expect((await visitor.get('/users')).status).toBe(200);
    await client.post('/user/update', { id: await idOf('former'), roles: [] }, jwt);
    expect((await visitor.get('/users')).status).toBe(403);
  });
});

describe('A form of the administration', () => {
  it.each(FORMS)('is refused if no page of this server sent it: %s', async (form) => {
    const id = await idOf(ADMIN.username);
    const forged: Record<string, string>[] = [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
    ];
    for (const headers of forged) {
      const answer = await administrator.submit(form, { id, change: 'delete', username: 'forged' }, headers);
      expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('did not come from a page')]);
    }
    expect(await idOf('forged')).toBe('');
  });

  it('needs a login of the last ten minutes, if it is dangerous', async () => {
    await database.addUser('tired', ['admin']);
    const visitor = await newVisitor().logIn('tired');
    const id = await idOf('victim');
    const old = new Date(Date.now() - 660_000).toISOString();
    await database.query('UPDATE session SET created = ? WHERE user_id = ?', old, await idOf('tired'));
    for (const page of FORMS.filter((form) => form !== '/users/end-session')) {
      expect((await visitor.get(`${page}?id=${id}&change=delete`)).to).toMatch(/^\/confirm\?to=/);
      expect((await visitor.submit(page, { id, change: 'delete' })).to).toMatch(/^\/confirm\?to=/);
    }
    expect(await idOf('victim')).toBe(id);
  });
});

describe('Users in the console', () => {
  it('are added with a one-time password that is in one page once, and is good for the choice of another', async () => {
    const fields = {
      kind: 'person',
      username: 'new.user',
      email: 'New.User@example.com',
      firstname: 'Nel',
      lastname: '',
    };
    const made = await administrator.submit('/users/new', { ...fields, roles: 'editor, reviewer' });
    const password = valueIn(made.html, /<pre[^>]*>([\w-]{24})<\/pre>/);
    expect(made.html.split(password)).toHaveLength(2);
    const id = await idOf('new.user');
    expect(await eventsOn(id)).toEqual([recorded('user.add')]);
    const page = await administrator.get(`/users/show?id=${id}`);
    for (const fact of ['New.User@example.com', 'editor reviewer', 'has a one-time password', 'Nel'])
      expect(page.text).toContain(fact);
    expect(page.html).not.toContain(password);
    const visitor = newVisitor();
    expect((await visitor.submit('/login', { name: 'new.user', password })).to).toMatch(/^\/password\?/);
  });

  it('are refused by the rules of the API, field by field, and nothing typed is lost', async () => {
    const wrong = { username: 'a\u0007b', email: 'nowhere', firstname: 'Kept <b>', lastname: '', roles: 'ok' };
    const answer = await administrator.submit('/users/new', wrong);
    expect([answer.status, answer.html.includes('<title>Error: New user')]).toEqual([400, true]);
    for (const name of ['username', 'email']) expect(answer.html).toContain(`href="#${name}"`);
    expect(answer.html).toContain('value="Kept &lt;b>"');
    const taken = await administrator.submit('/users/new', {
      username: ADMIN.username.toUpperCase(),
      email: 'other@example.com',
    });
    expect([taken.status, await idOf(ADMIN.username.toUpperCase())]).toEqual([409, '']);
  });

  it('are found by a part of their names, and service accounts have a list of their own', async () => {
    await database.addUser('find.me');
    const list = await administrator.get('/users?search=FIND.m');
    expect([list.text.includes('find.me'), list.text.includes('new.user')]).toEqual([true, false]);
    expect((await administrator.get('/users?search=%25')).text).toContain('Nobody matches');
    const added = await administrator.submit('/users/new', {
      kind: 'service',
      username: 'robot',
      email: '',
      roles: '',
    });
    expect(added.to).toBe(`/users/show?id=${await idOf('robot')}&done=service_account_added`);
    expect((await administrator.get('/service-accounts')).text).toContain('robot');
    expect((await administrator.get('/users')).html).not.toContain('robot');
  });

  it('are changed: their names, their address and their roles, and the last administrator stays one', async () => {
    const id = await database.addUser('to.change', ['editor']);
    const fields = { id, username: 'changed', email: 'changed@example.com', firstname: '', lastname: 'X', roles: '' };
    expect((await administrator.submit('/users/edit', fields)).to).toBe(`/users/show?id=${id}&done=user_changed`);
    const [row] = await database.query('SELECT username, email, lastname, roles FROM "user" WHERE id = ?', id);
    expect(row).toEqual({ username: 'changed', email: 'changed@example.com', lastname: 'X', roles: '[]' });
    expect(await eventsOn(id)).toEqual([recorded('user.update')]);
    await database.query(`UPDATE "user" SET roles = '[]' WHERE username IN ('tired', 'former')`);
    administrator = await newVisitor().logIn();
    const own = await idOf(ADMIN.username);
    const refused = await administrator.submit('/users/edit', {
      id: own,
      username: ADMIN.username,
      email: ADMIN.email,
      firstname: '',
      lastname: '',
      roles: 'editor',
    });
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('There is a problem')]);
  });

  it.each([
    ['unlock', 'user.unlock', 'user_unlocked'],
    ['end-sessions', 'session.end', 'user_sessions_ended'],
    ['disable', 'user.disable', 'user_disabled'],
    ['enable', 'user.enable', 'user_enabled'],
  ])('are asked about before it happens, which is recorded: %s', async (change, action, done) => {
    const name = `subject.${change}`;
    const id = await database.addUser(name);
    const asked = await administrator.get(`/users/change?id=${id}&change=${change}`);
    expect([asked.status, asked.text]).toEqual([200, expect.stringContaining(name)]);
    expect(await eventsOn(id)).toEqual([]);
    expect((await administrator.submit('/users/change', { id, change })).to).toBe(`/users/show?id=${id}&done=${done}`);
    expect(await eventsOn(id)).toEqual([recorded(action, change === 'end-sessions' ? 'every session' : '')]);
    expect((await administrator.get(`/users/show?id=${id}&done=${done}`)).html).toContain('role="status"');
  });

  it('get a one-time password in place of theirs, and lose their sessions', async () => {
    const id = await database.addUser('forgetful');
    const theirs = await client.logIn('forgetful');
    const { token } = await client.addAuthHeader(theirs);
    const reset = await administrator.submit('/users/change', { id, change: 'reset', endAuthHeaders: 'on' });
    const password = valueIn(reset.html, /<pre[^>]*>([\w-]{24})<\/pre>/);
    expect(reset.html.split(password)).toHaveLength(2);
    for (const credential of [theirs, token]) expect((await client.get('/user/me', credential)).status).toBe(401);
    expect(await eventsOn(id)).toEqual([recorded('user.reset', 'auth headers ended')]);
  });

  it('lose one session, their second factors, or everything', async () => {
    const id = await database.addUser('leaving');
    const theirs = await client.logIn('leaving');
    await database.query(
      `INSERT INTO factor (id, user_id, kind, name, created) VALUES (?, ?, 'totp', 'phone', ?)`,
      id.replace(/^./, '1'),
      id,
      new Date().toISOString(),
    );
    const page = await administrator.get(`/users/show?id=${id}`);
    expect(page.text).toContain('phone');
    const session = valueIn(page.html, /name="session" value="([^"]+)"/);
    expect((await administrator.submit('/users/end-session', { id, session })).to).toMatch(/done=session_ended$/);
    expect((await client.get('/user/me', theirs)).status).toBe(401);
    expect((await administrator.submit('/users/end-session', { id, session })).status).toBe(404);
    await administrator.submit('/users/change', { id, change: 'remove-factors' });
    expect(await database.query('SELECT id FROM factor WHERE user_id = ?', id)).toEqual([]);
    expect((await administrator.submit('/users/change', { id, change: 'delete' })).to).toBe('/users?done=user_deleted');
    expect((await eventsOn(id)).slice(-2)).toEqual([
      recorded('factor.remove', 'every factor (1), of leaving'),
      recorded('user.delete'),
    ]);
    expect((await administrator.get(`/users/show?id=${id}`)).status).toBe(404);
    for (const change of ['disable', 'nothing', 'constructor'])
      expect((await administrator.get(`/users/change?id=${id}&change=${change}`)).status).toBe(404);
  });
});

describe('The auth headers of others in the console', () => {
  it('are made for a service account, rotated and revoked, and no token is shown twice', async () => {
    const userId = await idOf('robot');
    const made = await administrator.submit('/authheaders/new', {
      userId,
      name: 'of a robot',
      expires: '7',
      scopes: 'x',
    });
    const [token = '', ...others] = made.html.match(TOKEN) ?? [];
    expect(others).toEqual([]);
    expect((await client.get<{ Username: string }>('/user/me', token)).body.Username).toBe('robot');
    const page = await administrator.get(`/users/show?id=${userId}`);
    expect(page.html).not.toMatch(TOKEN);
    const id = valueIn(page.html, /authheaders\/rotate\?id=([\w-]+)/);
    const rotated = await administrator.submit('/authheaders/rotate', { userId, id, overlapSeconds: '0' });
    const [next = ''] = rotated.html.match(TOKEN) ?? [];
    expect([(await client.get('/user/me', token)).status, (await client.get('/user/me', next)).status]).toEqual([
      401, 200,
    ]);
    const asked = await administrator.get(`/authheaders/revoke?id=${id}&userId=${userId}`);
    expect(asked.text).toContain('of a robot');
    const revoked = await administrator.submit('/authheaders/revoke', { userId, id });
    expect(revoked.to).toBe(`/users/show?id=${userId}&done=auth_header_revoked`);
    expect((await client.get('/user/me', next)).status).toBe(401);
    expect(await eventsOn(id)).toEqual([
      recorded('authheader.add', 'of a robot, of robot'),
      recorded('authheader.rotate', 'overlap 0 s, of robot'),
      recorded('authheader.delete', 'of a robot, of robot'),
    ]);
  });

  it('of a person are revoked, and no token of theirs is made', async () => {
    const userId = await idOf('find.me');
    const { id } = await client.addAuthHeader(await client.logIn('find.me'));
    const fields = { userId, name: 'in their name', expires: '7' };
    expect((await administrator.submit('/authheaders/new', fields)).html.match(TOKEN)).toBeNull();
    expect((await administrator.submit('/authheaders/rotate', { userId, id, overlapSeconds: '0' })).status).toBe(400);
    expect((await administrator.submit('/authheaders/revoke', { userId, id })).status).toBe(303);
    expect(await database.query('SELECT id FROM auth_header WHERE id = ?', id)).toEqual([]);
  });
});

describe('What happened', () => {
  const refused = async () => {
    const visitor = newVisitor();
    await visitor.submit(
      '/login',
      { name: 'find.me', password: 'wrong' },
      { 'sec-fetch-site': 'same-origin', 'user-agent': '=HYPERLINK("x"), "y"' },
    );
  };

  it('is filtered by action, outcome, user, target and day', async () => {
    await refused();
    const id = await idOf('find.me');
    const today = new Date().toISOString().slice(0, 10);
    const page = await administrator.get(
      `/events?action=login&outcome=refused&userId=FIND.ME&from=${today}&until=${today}`,
    );
    expect(page.text).toContain('incorrect credentials');
    expect(page.html).toContain(`/console/users/show?id=${id}`);
    expect((await administrator.get(`/events?action=login&outcome=refused&until=2020-01-01`)).text).toContain(
      'No event matches',
    );
    const added = await administrator.get(`/events?target=${await idOf('new.user')}`);
    expect(added.text).toContain('user.add');
    expect(added.text).not.toContain('incorrect credentials');
  });

  it('names the command line as who added the first administrator', async () => {
    const { text } = await administrator.get(`/events?action=user.add&target=${await idOf(ADMIN.username)}`);
    expect(text).toContain('user.add command line');
    expect(text).not.toContain('unknown');
  });

  it('says which part of a filter is wrong, and loses none of it', async () => {
    const page = await administrator.get('/events?userId=no.such.user&from=yesterday&target=x');
    expect([page.status, page.html.includes('<title>Error: What happened')]).toEqual([400, true]);
    for (const name of ['from', 'target']) expect(page.html).toContain(`href="#${name}"`);
    expect(page.html).toContain('value="no.such.user"');
    expect((await administrator.get('/events?userId=no.such.user')).html).toContain('href="#userId"');
    expect((await administrator.get('/events/export?target=x')).status).toBe(400);
  });

  it('is exported whole, as JSON Lines in the words of the API', async () => {
    const MANY = 2500;
    await database.query(
      `WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${MANY})
       INSERT INTO audit_event (id, at, action, outcome, username, credential, ip, user_agent, detail)
       SELECT '0198c5a2-6f1e-7c3a-9d5b-' || (100000000000 + n), '2020-01-01T00:00:00.000Z', 'secret.rotate', 'success', '', 'server', '', '', 'n' || n FROM number`,
    );
    const file = await administrator.get('/events/export?action=secret.rotate&format=jsonl');
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="events-[\d-]+\.jsonl"$/);
    expect(file.headers.get('content-type')).toBe('application/jsonl');
    const lines = file.html
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { detail: string });
    expect(new Set(lines.map(({ detail }) => detail)).size).toBe(MANY);
    const { body } = await client.get<object[]>('/audit/list?action=secret.rotate&limit=1', jwt);
    expect(lines[0]).toEqual(body[0]);
  });

  it('is exported as CSV, in which a spreadsheet finds no formula of a stranger', async () => {
    const file = await administrator.get('/events/export?action=login&outcome=refused&format=csv');
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [header, first] = file.html.split('\r\n');
    expect(header).toBe(
      'id,at,action,outcome,userId,username,credential,credentialId,ip,client,target,detail,chain,sequence,hash',
    );
    expect(first).toContain(`,"'=HYPERLINK(""x""), ""y""",`);
  });
});

describe('The signing keys in the console', () => {
  it('are listed without their material, rotated when the next one is known, and revoked', async () => {
    const early = await administrator.submit('/keys/rotate', {});
    expect(early.status).toBe(409);
    await database.query(
      "UPDATE signing_key SET created = ? WHERE state = 'next'",
      new Date(Date.now() - 3_600_000).toISOString(),
    );
    expect((await administrator.submit('/keys/rotate', {})).to).toBe('/keys?done=keys_rotated');
    const list = await administrator.get('/keys');
    for (const state of ['next:', 'active:', 'retired:']) expect(list.text).toContain(state);
    const [sealed] = await database.query<{ sealed_key: string }>('SELECT sealed_key FROM signing_key');
    expect(list.html).not.toContain(sealed?.sealed_key ?? '');
    const [retired] = await database.query<{ id: string }>("SELECT id FROM signing_key WHERE state = 'retired'");
    const kid = retired?.id ?? '';
    expect((await administrator.get(`/keys/revoke?kid=${kid}`)).text).toContain(kid);
    expect((await administrator.submit('/keys/revoke', { kid })).to).toBe('/keys?done=key_revoked');
    expect((await client.get('/user/me', jwt)).status).toBe(401);
    expect((await administrator.get(`/keys/revoke?kid=${kid}`)).status).toBe(404);
    expect((await eventsOn(kid)).at(-1)).toMatchObject({ action: 'key.revoke', credential: 'session' });
  });
});

describe('Health and figures in the console', () => {
  it('say what the server can do now, and name no path', async () => {
    const { text } = await administrator.get('/health');
    expect(text).toContain('The server can serve every request');
    for (const secret of [server.folder, 'personas.sqlite']) expect(text).not.toContain(secret);
  });

  it('draw the logins and the requests of a month, with the same numbers in a table', async () => {
    const { html, text } = await administrator.get('/figures');
    const today = new Date().toISOString().slice(0, 10);
    const number = valueIn(html, new RegExp(`<time datetime="${today}">${today}</time></th><td>(\\d+)</td>`));
    const [row] = await database.query<{ n: number | string }>(
      "SELECT COUNT(*) AS n FROM audit_event WHERE action = 'login' AND outcome = 'success' AND at >= ?",
      today,
    );
    expect(Number(number)).toBe(Number(row?.n));
    expect(html).toContain(`Logins: `);
    expect(html.match(/<svg/g)).toHaveLength(2);
    expect(text).toContain('Every auth header is in use');
    expect(html).not.toMatch(/ style=|<script>/);
  });
});
