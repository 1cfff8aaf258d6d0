import { cheapProgram } from './support/changed-program.js';
import { Client, type ManagedUser, newAddress } from './support/client.js';
import { TestDatabase } from './support/database.js';
import { ADMIN, BEHIND_PROXY, startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const UNKNOWN_ID = '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d';
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const WEEK_MS = 7 * 86_400_000;
const PASSWORD = 'a quieter place to read';

const { client, database } = useServer({
  env: BEHIND_PROXY,
  get main() {
    return cheapProgram();
  },
});
let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
});

const ask = (action: string, body: object, credential = jwt) =>
  client.post<ManagedUser & { code?: string }>(`/user/${action}`, body, credential);
const profile = (username: string, more: object = {}) => ({ username, email: `${username}@example.com`, ...more });
const statusOf = async (credential: string) => (await client.get('/user/me', credential)).status;
const statusesOf = (...credentials: string[]) => Promise.all(credentials.map(statusOf));
/** Each time from an address of its own, so that no limit on wrong passwords comes between. */
const logIn = (username: string, password = ADMIN.password) =>
  client.from(newAddress()).post<{ Token: string }>('/user/login', { username, password });
const change = (username: string, password: string, newPassword = PASSWORD) =>
  client.from(newAddress()).post<{ Token: string }>('/user/password', { username, password, newPassword });
const found = async (search: string) => {
  const { body } = await client.get<ManagedUser[]>(`/user/list?search=${encodeURIComponent(search)}`, jwt);
  return body.map(({ Username }) => Username);
};

/** A user of this test's own, with a session and an auth header. */
async function newUser(username: string, roles: string[] = []): Promise<{ id: string; jwt: string; token: string }> {
  const id = await database.addUser(username, roles);
  const session = await client.logIn(username);
  return { id, jwt: session, token: (await client.addAuthHeader(session)).token };
}

describe('Adding a user', () => {
  it('with a password answers the user, who can log in at both doors', async () => {
    const more = {
      firstname: 'Anna',
      lastname: 'Doe',
      roles: ['editor'],
      passwordExpires: '2099-06-15T20:30:00+02:00',
    };
    const { status, body } = await ask('add', profile('Anna.Doe', { ...more, password: PASSWORD }));
    expect(status).toBe(200);
    expect(body).toEqual({
      Id: expect.stringMatching(UUID) as string,
      Created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      Username: 'Anna.Doe',
      Email: 'Anna.Doe@example.com',
      Firstname: 'Anna',
      Lastname: 'Doe',
      Roles: ['editor'],
      Enabled: true,
      PasswordExpiration: '2099-06-15T18:30:00Z',
    });
    const login = await logIn('anna.doe', PASSWORD);
    expect((await client.get('/user/me', login.body.Token)).body).toMatchObject({ Id: body.Id, Roles: ['editor'] });
    const account = { email: 'ANNA.doe@example.com', password: PASSWORD };
    expect((await client.post('/en/api/v1/accounts/login', { account })).status).toBe(200);
  });

  it.each(['password', 'short', 'elasticpersonas!', 'weak.one-2024'])('refuses the password %s', async (password) => {
    const { status, body } = await ask('add', profile('weak.one', { password }));
    expect(status).toBe(400);
    expect(body).toMatchObject({ details: [{ field: 'password' }] });
    expect(await found('weak.one')).toEqual([]);
  });

  it.each([
    ['username', { username: 'TAKEN', email: 'free@example.com' }],
    ['e-mail address', { username: 'free', email: 'Taken@Example.com' }],
    ['username in another composition', { username: 'take\u0301', email: 'free@example.com' }],
  ])('refuses a %s that another has, in any case', async (_, body) => {
    await ask('add', profile('taken'));
    await ask('add', { username: 'tak\u00e9', email: 'other@example.com' });
    const answer = await ask('add', body);
    expect([answer.status, answer.body.code]).toEqual([409, 'already_taken']);
    expect(await found('free')).toEqual([]);
  });

  it('adds one when asked for the same many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask('add', profile('twins'))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expect(await found('twins')).toEqual(['twins']);
  });
});

describe('A one-time password', () => {
  const issue = async (username: string) => {
    const { body } = await ask('add', profile(username));
    return { id: body.Id, secret: body.InitialPassword ?? '' };
  };

  it('is made where none is given, of 128 bits or more, another each time, and shown this once', async () => {
    const secrets = [await issue('bea'), await issue('ben')].map(({ secret }) => secret);
    expect(new Set(secrets).size).toBe(2);
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{22,}$/);
    const { text } = await client.get('/user/list?search=be', jwt);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });

  it('logs in nowhere, and differs from a wrong one only in the response to the right one', async () => {
    const { secret } = await issue('carl');
    const byName = await logIn('carl', secret);
    const account = { email: 'carl@example.com', password: secret };
    const byEmail = await client.post('/en/api/v1/accounts/login', { account });
    expect([byName.status, byEmail.status]).toEqual([403, 403]);
    expect([byName.text, byEmail.text, byEmail.headers.get('authorization')].join()).not.toMatch(/eyJ/);
    const [wrong, unknown] = [await logIn('carl', 'wrong'), await logIn('nobody', 'wrong')];
    expect([wrong.status, wrong.text]).toEqual([401, unknown.text]);
  });

  it('is changed once, for another, and is then no password any more', async () => {
    const { secret } = await issue('dora');
    expect((await change('dora', secret, secret)).status).toBe(400);
    expect((await change('dora', secret, 'short')).status).toBe(400);
    const { status, body } = await change('dora', secret);
    expect([status, await statusOf(body.Token)]).toEqual([200, 200]);
    expect((await change('dora', secret, `${PASSWORD}!`)).status).toBe(401);
    expect((await logIn('dora', secret)).status).toBe(401);
    expect((await logIn('dora', PASSWORD)).status).toBe(200);
  });

  it('is good for seven days', async () => {
    const { id, secret } = await issue('emil');
    const [row] = await database.query<{ ends: string }>(
      'SELECT initial_password_expires AS ends FROM "user" WHERE id = ?',
      id,
    );
    expect(Math.abs(Date.parse(row?.ends ?? '') - Date.now() - WEEK_MS)).toBeLessThan(10_000);
    const moveEnd = (moment: number) =>
      database.query('UPDATE "user" SET initial_password_expires = ? WHERE id = ?', new Date(moment).toISOString(), id);
    await moveEnd(Date.now() - 1);
    const unknown = await logIn('nobody', 'wrong');
    for (const refused of [await logIn('emil', secret), await change('emil', secret)]) {
      expect([refused.status, refused.text]).toEqual([401, unknown.text]);
    }
    await moveEnd(Date.now() + 60_000);
    expect((await change('emil', secret)).status).toBe(200);
  });

  it('takes the place of the old one when a password is reset, and ends the sessions', async () => {
    const user = await newUser('faye');
    const { status, body } = await ask('reset', { id: user.id });
    expect(status).toBe(200);
    expect(await statusOf(user.jwt)).toBe(401);
    expect((await logIn('faye')).status).toBe(401);
    expect((await logIn('faye', body.InitialPassword ?? '')).status).toBe(403);
    expect((await change('faye', body.InitialPassword ?? '')).status).toBe(200);
    expect((await logIn('faye', PASSWORD)).status).toBe(200);
  });

  it('is the last one that was made', async () => {
    const { id, secret } = await issue('gina');
    const { body } = await ask('reset', { id });
    expect((await change('gina', secret)).status).toBe(401);
    expect((await change('gina', body.InitialPassword ?? '')).status).toBe(200);
  });
});

describe('The list of users', () => {
  it('is newest first, and shows who is enabled', async () => {
    const added: string[] = [];
    for (const username of ['list-a', 'list-b', 'list-c']) added.unshift((await ask('add', profile(username))).body.Id);
    await ask('disable', { id: added[1] });
    const { body } = await client.get<ManagedUser[]>('/user/list', jwt);
    expect(body.slice(0, 3).map(({ Id, Enabled }) => [Id, Enabled])).toEqual([
      [added[0], true],
      [added[1], false],
      [added[2], true],
    ]);
    expect(body.at(-1)).toMatchObject({ Username: 'admin', Roles: ['admin'] });
  });

  it('holds those whose username or e-mail address has a text in it, in any case', async () => {
    await ask('add', { username: 'Zoë.Ångström', email: 'z.a@physics.example' });
    await ask('add', { username: 'zed_under', email: 'zed@physics.example' });
    await ask('add', { username: 'zedxunder', email: 'zed100%@physics.example' });
    expect(await found('PHYSICS')).toEqual(['zedxunder', 'zed_under', 'Zoë.Ångström']);
    expect(await found('ÅNGSTRÖM')).toEqual(['Zoë.Ångström']);
    expect(await found('A\u030angstro\u0308m')).toEqual(['Zoë.Ångström']);
    await ask('add', { username: 'apple', email: 'jane@ÄPFEL.de' });
    for (const search of ['äpfel', 'ÄPFEL', 'Äpfel.de', 'jane@äpfel.de', '@A\u0308PFEL', 'xn--pfel-koa'])
      expect([search, await found(search)]).toEqual([search, ['apple']]);
    expect(await found('nobody at all')).toEqual([]);
  });

  it('takes every sign of a search for itself', async () => {
    expect(await found('zed_under')).toEqual(['zed_under']);
    expect(await found('100%')).toEqual(['zedxunder']);
    for (const search of ['%', '_', '\\', "'", '"', '[a-z]']) {
      const isHit = (name: string) => name.includes(search) || (search === '%' && name === 'zedxunder');
      expect([search, (await found(search)).filter((name) => !isHit(name))]).toEqual([search, []]);
    }
  });
});

describe('Changing a user', () => {
  it('changes what is given and leaves the rest', async () => {
    const { body: before } = await ask(
      'add',
      profile('hugo', { firstname: 'Hugo', roles: ['editor'], password: PASSWORD }),
    );
    const { status, body } = await ask('update', { id: before.Id, lastname: 'Doe', email: 'Hugo@other.example' });
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, Lastname: 'Doe', Email: 'Hugo@other.example' });
    const renamed = await ask('update', { id: before.Id, username: 'hugo.doe' });
    expect(renamed.body.Username).toBe('hugo.doe');
    expect((await logIn('hugo', PASSWORD)).status).toBe(401);
    expect((await logIn('hugo.doe', PASSWORD)).status).toBe(200);
    expect((await ask('update', { id: before.Id })).body).toEqual(renamed.body);
  });

  it('gives and takes roles at once, of every credential there is', async () => {
    const user = await newUser('ida');
    expect((await client.get('/user/list', user.jwt)).status).toBe(403);
    await ask('update', { id: user.id, roles: ['admin'] });
    expect((await client.get('/user/list', user.jwt)).status).toBe(200);
    const { token } = await client.addAuthHeader(user.jwt, { name: 'a', scopes: ['admin'] });
    expect((await client.get('/user/list', token)).status).toBe(200);
    await ask('update', { id: user.id, roles: [] });
    for (const credential of [user.jwt, token]) expect((await client.get('/user/list', credential)).status).toBe(403);
  });

  it('gives a date after which the password must be changed', async () => {
    const user = await newUser('jane');
    await ask('update', { id: user.id, passwordExpires: LONG_AGO });
    expect((await logIn('jane')).status).toBe(403);
    expect((await change('jane', ADMIN.password)).status).toBe(200);
    expect((await logIn('jane', PASSWORD)).status).toBe(200);
  });

  it('refuses names that another has, and not those that are the user’s own in another case', async () => {
    const { body } = await ask('add', profile('kate'));
    expect((await ask('update', { id: body.Id, username: 'Admin' })).status).toBe(409);
    expect((await ask('update', { id: body.Id, email: ADMIN.email })).status).toBe(409);
    expect((await ask('update', { id: body.Id, username: 'KATE', email: 'KATE@example.com' })).status).toBe(200);
  });

  it('takes no password', async () => {
    const { body } = await ask('add', profile('liam'));
    expect((await ask('update', { id: body.Id, password: PASSWORD })).status).toBe(400);
  });
});

describe('Disabling and deleting a user', () => {
  it.each(['disable', 'delete'])('%s: ends every session and auth header at once', async (action) => {
    const user = await newUser(`mona-${action}`);
    const bystander = await newUser(`nina-${action}`);
    expect((await ask(action, { id: user.id })).body).toEqual({ message: 'Success' });
    expect(await statusesOf(user.jwt, user.token, bystander.jwt, bystander.token)).toEqual([401, 401, 200, 200]);
    const [refused, unknown] = [await logIn(`mona-${action}`), await logIn('nobody')];
    expect([refused.status, refused.text]).toEqual([401, unknown.text]);
  });

  it('is permanent: a user who is enabled again has no session and no auth header', async () => {
    const user = await newUser('oleg');
    await ask('disable', { id: user.id });
    await ask('enable', { id: user.id });
    expect(await statusesOf(user.jwt, user.token)).toEqual([401, 401]);
    const again = await client.logIn('oleg');
    expect(await statusesOf(user.jwt, user.token, again)).toEqual([401, 401, 200]);
    expect((await client.get('/authheader/list', again)).body).toEqual([]);
    expect((await client.get<unknown[]>('/user/sessions', again)).body).toHaveLength(1);
  });

  it('is permanent: a new user with the name of a deleted one has nothing else of theirs', async () => {
    const user = await newUser('paul');
    await ask('delete', { id: user.id });
    const { body } = await ask('add', profile('paul', { password: PASSWORD }));
    expect(body.Id).not.toBe(user.id);
    const again = await client.logIn('paul', PASSWORD);
    expect(await statusesOf(user.jwt, user.token, again)).toEqual([401, 401, 200]);
    expect((await client.get('/authheader/list', again)).body).toEqual([]);
  });

  it('leaves no session to a login that was under way', async () => {
    const user = await newUser('quin');
    const logins = Array.from({ length: 8 }, () => logIn('quin'));
    await ask('disable', { id: user.id });
    await ask('enable', { id: user.id });
    const before = (await Promise.all(logins)).flatMap(({ status, body }) => (status === 200 ? [body.Token] : []));
    await ask('disable', { id: user.id });
    expect(await statusesOf(...before)).toEqual(before.map(() => 401));
  });
});

describe('The last enabled administrator', () => {
  const adminId = async () => (await client.get<{ Id: string }>('/user/me', jwt)).body.Id;

  it('stays one', async () => {
    const id = await adminId();
    await database.query(`UPDATE "user" SET disabled = ? WHERE id <> ? AND roles LIKE '%"admin"%'`, LONG_AGO, id);
    // Neither a disabled one nor a word that looks like the role makes two.
    await database.addUser('almost', ['administrator', 'Admin', 'badmin']);
    for (const [action, more] of [
      ['disable', {}],
      ['delete', {}],
      ['update', { roles: [] }],
      ['update', { roles: ['editor'] }],
    ] as const) {
      const { status, body } = await ask(action, { id, ...more });
      expect([action, status, body.code]).toEqual([action, 409, 'last_administrator']);
    }
    expect((await client.get('/user/me', jwt)).body).toMatchObject({ Roles: ['admin'] });
    expect((await ask('update', { id, roles: ['admin', 'editor'], firstname: 'A' })).status).toBe(200);
  });

  it('is left when two administrators demote each other at once', async () => {
    const lone = await startServer();
    const first = await Client.of(lone);
    const rows = await TestDatabase.of(lone);
    const id = await rows.addUser('rolf', ['admin']);
    const [one, other] = [await first.logIn(), await first.logIn('rolf')];
    const { body: admin } = await first.get<{ Id: string }>('/user/me', one);
    await Promise.all([
      first.post('/user/update', { id, roles: [] }, one),
      first.post('/user/delete', { id: admin.Id }, other),
    ]);
    const left = await rows.query(`SELECT id FROM "user" WHERE roles LIKE '%"admin"%' AND disabled IS NULL`);
    expect(left).toHaveLength(1);
    await rows.close();
    await lone.stop();
  });
});

describe('What is asked of a user who is not there', () => {
  it.each(['update', 'disable', 'enable', 'unlock', 'delete', 'reset'])('%s: 404', async (action) => {
    const { status, body } = await ask(action, { id: UNKNOWN_ID });
    expect([status, body.code]).toEqual([404, 'not_found']);
  });
});
