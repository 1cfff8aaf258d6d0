import { hash } from '@node-rs/argon2';
import { cheapProgram } from './support/changed-program.js';
import { type Answer, Client, newAddress } from './support/client.js';
import { ADMIN, BEHIND_PROXY, runToEnd, startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

const ACCOUNTS_LOGIN = '/en/api/v1/accounts/login';
const LONG_AGO = '2020-01-01T00:00:00.000Z';
const NEW_PASSWORD = 'a quieter place to read';

interface LoggedIn {
  Id: string;
  Token: string;
  PasswordExpiration?: string;
}

const { client, database } = useServer({
  env: BEHIND_PROXY,
  get main() {
    return cheapProgram();
  },
});
/** A server whose hashes cost what they do. */
const dear = useServer({ env: { PASSWORD_MAX_AGE_DAYS: '30', ...BEHIND_PROXY } });

/** Each time from an address of its own, so that no limit on wrong passwords comes between. */
const change = (username: string, password: string, newPassword: string, at = client) =>
  at.from(newAddress()).post<LoggedIn>('/user/password', { username, password, newPassword });
const logIn = (username: string, password: string, at = client) =>
  at.from(newAddress()).post<LoggedIn>('/user/login', { username, password });
const statusOf = async (credential: string, at = client) => (await at.get('/user/me', credential)).status;

function expectRefused(answer: Answer<LoggedIn>, reason: RegExp): void {
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({
    code: 'invalid_fields',
    details: [{ field: 'newPassword', message: expect.stringMatching(reason) as string }],
  });
}

describe('Changing a password', () => {
  it('answers as a login does, and from then on only the new one opens both doors', async () => {
    await database.addUser('anna');
    const login = await logIn('anna', ADMIN.password);
    const { status, body, headers } = await change('Anna', ADMIN.password, NEW_PASSWORD);
    expect(status).toBe(200);
    expect(body).toEqual({ ...login.body, Token: expect.any(String) as string });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await statusOf(body.Token)).toBe(200);
    for (const [password, expected] of [
      [ADMIN.password, 401],
      [NEW_PASSWORD, 200],
    ] as const) {
      const byEmail = await client.post(ACCOUNTS_LOGIN, { account: { email: 'anna@example.com', password } });
      expect([(await logIn('anna', password)).status, byEmail.status]).toEqual([expected, expected]);
    }
  });

  it('takes the e-mail address in place of the username, also for a password that has expired or is a one-time password', async () => {
    const from = client.from(newAddress());
    for (const [name, column] of [
      ['axel', 'password_expires'],
      ['aino', 'initial_password_expires'],
    ] as const) {
      const soon = column === 'password_expires' ? LONG_AGO : '2099-01-01T00:00:00.000Z';
      const id = await database.addUser(name, [], { [column]: soon });
      const email = `${name}@example.com`;
      const byEmail = (password: string) => from.post(ACCOUNTS_LOGIN, { account: { email, password } });
      expect((await byEmail(ADMIN.password)).status).toBe(403);
      const body = { email: email.toUpperCase(), password: ADMIN.password, newPassword: NEW_PASSWORD };
      const { status, body: changed } = await from.post<LoggedIn>('/user/password', body);
      expect([status, changed.Id]).toEqual([200, id]);
      expect((await byEmail(NEW_PASSWORD)).status).toBe(200);
    }
  });

  it.each([
    [
      'both names',
      { username: 'admin', email: ADMIN.email },
      'must not be given together with email',
      'must not be given together with username',
    ],
    ['no name', {}, 'is required unless email is given', 'is required unless username is given'],
  ])('refuses %s, and says so of either field', async (_, names, username, email) => {
    const answer = await client.post('/user/password', { ...names, password: 'x', newPassword: 'x' });
    expect([answer.status, answer.body]).toMatchObject([
      400,
      {
        code: 'invalid_fields',
        details: [
          { field: 'username', message: username },
          { field: 'email', message: email },
        ],
      },
    ]);
  });

  it.each([{ email: 7 }, { email: null }, { username: null }])('refuses a name that is no text: %j', async (name) => {
    const { status, body } = await client.post('/user/password', { ...name, password: 'x', newPassword: 'x' });
    const [field] = Object.keys(name);
    expect([status, body.details]).toEqual([400, [{ field, message: 'must be a string' }]]);
  });

  it('ends every other session of the user, and no auth header', async () => {
    await database.addUser('bert');
    const jwts = [await client.logIn('bert'), await client.logIn('bert')];
    const { token } = await client.addAuthHeader(jwts[0] ?? '');
    const { body } = await change('bert', ADMIN.password, NEW_PASSWORD);
    expect(await Promise.all([...jwts, token, body.Token].map((one) => statusOf(one)))).toEqual([401, 401, 200, 200]);
    expect((await client.get<unknown[]>('/user/sessions', body.Token)).body).toHaveLength(1);
  });

  it('asks for the current one, and refuses as a login does', async () => {
    await database.addUser('carl');
    const refusal = await logIn('nobody', ADMIN.password);
    for (const [username, password] of [
      ['carl', 'wrong'],
      ['carl', ''],
      ['nobody', ADMIN.password],
      ['', ''],
      ['carl', NEW_PASSWORD],
    ] as const) {
      const { status, text } = await change(username, password, NEW_PASSWORD);
      expect([status, text]).toEqual([401, refusal.text]);
      expect((await change(username, password, 'short')).text).toBe(refusal.text);
    }
    expect((await logIn('carl', ADMIN.password)).status).toBe(200);
  });

  it('refuses a disabled user like an unknown one', async () => {
    await database.addUser('dora', [], { disabled: LONG_AGO });
    const { status, text } = await change('dora', ADMIN.password, NEW_PASSWORD);
    expect([status, text]).toEqual([401, (await logIn('nobody', ADMIN.password)).text]);
  });

  it('takes no credential for a password', async () => {
    await database.addUser('eric');
    const jwt = await client.logIn('eric');
    const body = { username: 'eric', password: '', newPassword: NEW_PASSWORD };
    expect((await client.post('/user/password', body, jwt)).status).toBe(401);
    expect((await client.post('/user/password', { username: 'eric', newPassword: NEW_PASSWORD }, jwt)).status).toBe(
      400,
    );
  });

  it('takes no password from the query string, which would end up in logs', async () => {
    const query = new URLSearchParams({ username: 'admin', password: ADMIN.password, newPassword: NEW_PASSWORD });
    const body = { username: 'admin', password: 'wrong', newPassword: NEW_PASSWORD };
    for (const sent of [{}, body]) {
      expect((await client.from(newAddress()).post(`/user/password?${query.toString()}`, sent)).status).toBe(400);
    }
  });

  it('succeeds once when asked for many times at once', async () => {
    await dear.database.addUser('faye');
    const wanted = Array.from({ length: 6 }, (_, index) => `a quieter place no ${index}`);
    const answers = await Promise.all(wanted.map((password) => change('faye', ADMIN.password, password, dear.client)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401]);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect((await logIn('faye', wanted[winner] ?? '', dear.client)).status).toBe(200);
  });

  it('leaves no session to a login with the old one that was under way', async () => {
    await dear.database.addUser('gina');
    const logins = Array.from({ length: 8 }, () => logIn('gina', ADMIN.password, dear.client));
    const { status, body } = await change('gina', ADMIN.password, NEW_PASSWORD, dear.client);
    expect(status).toBe(200);
    const jwts = (await Promise.all(logins)).flatMap((login) => (login.status === 200 ? [login.body.Token] : []));
    expect(await Promise.all(jwts.map((jwt) => statusOf(jwt, dear.client)))).toEqual(jwts.map(() => 401));
    expect(await statusOf(body.Token, dear.client)).toBe(200);
  });
});

describe('A new password is refused, with the reason,', () => {
  const marie = { username: 'Marie.Curie', email: 'lab.polonium@example.com' };

  beforeAll(async () => {
    await database.addUser(marie.username, [], { email: marie.email, email_key: marie.email });
  });

  it.each([
    ['when it has 7 characters', 'gr8 tdl', /at least 8 characters/],
    ['when it has 7 characters of two code units', '🦊🦝🐻🐼🐨🐯🦁', /at least 8 characters/],
    ['when it has 7 characters once it is composed', 'e\u0301e\u0301e\u0301e\u0301xyz', /at least 8 characters/],
    ['when it is over 256 characters', 'x y '.repeat(64) + 'z', /at most 256 characters/],
    ['when it is a common one', 'password', /commonly used/],
    ['when it is a common one in another case', 'PassWord', /commonly used/],
    ['when it is a common one of digits', '123456789', /commonly used/],
    ['when it is a common one with padding', '!!sunshine1987!', /commonly used/],
    ['when it is the username', 'marie.curie', /name with padding/],
    ['when it is the username with padding', '1MARIE.CURIE!!!', /name with padding/],
    ['when it is the e-mail address', 'lab.polonium@example.com', /name with padding/],
    ["when it is the e-mail address's own part with padding", 'Lab.Polonium2024!!', /name with padding/],
    ['when it is our name with padding', 'ElasticPersonas#1', /name with padding/],
    ['when it is the one there was', ADMIN.password, /differ from the current/],
  ])('%s', async (_, newPassword, reason) => {
    expectRefused(await change(marie.username, ADMIN.password, newPassword), reason);
  });

  it('and the old one stays in force', async () => {
    expect((await logIn(marie.username, ADMIN.password)).status).toBe(200);
  });

  it('which costs its owner none of the tries that a guesser has', async () => {
    await database.addUser('hugo');
    const here = client.from(newAddress());
    const body = { username: 'hugo', password: ADMIN.password, newPassword: 'short' };
    const statuses: number[] = [];
    for (let count = 0; count < 12; count++) statuses.push((await here.post('/user/password', body)).status);
    expect(statuses).toEqual(Array(12).fill(400));
  });
});

describe('A new password is taken', () => {
  it.each([
    ['of 8 characters', 'gr8 tdlx'],
    ['of letters and blanks alone', 'winter moss gate'],
    ['of digits alone', '8392017465019'],
    ['of 8 emoji', '🦊🦝🐻🐼🐨🐯🦁🐮'],
    ['of 64 characters', 'winter moss gate'.repeat(4)],
    ['of 256 characters', 'winter moss gate'.repeat(16)],
    ['of 256 emoji', '🦊🦝🐻🐼'.repeat(64)],
    ['of 256 characters, more before it is composed', 'e\u0301o\u0308'.repeat(128)],
    ['with blanks at its ends', '  winter moss  '],
    ['with a common word among much else', 'winter dragon moss gate'],
    ['with our name among much else', 'elasticpersonas went to sea'],
  ])('%s, and logs in', async (label, newPassword) => {
    const username = label.replaceAll(/[ ,]+/g, '-');
    await database.addUser(username);
    expect((await change(username, ADMIN.password, newPassword)).status).toBe(200);
    expect((await logIn(username, newPassword)).status).toBe(200);
    expect((await logIn(username, newPassword.slice(0, -1))).status).toBe(401);
    expect((await logIn(username, `${newPassword}x`)).status).toBe(401);
  });

  it.each(['NFC', 'NFD'] as const)('in the form %s, and logs in in either', async (form) => {
    await database.addUser(form);
    const password = 'größere Bäume, été';
    expect((await change(form, ADMIN.password, password.normalize(form))).status).toBe(200);
    expect((await logIn(form, password.normalize('NFC'))).status).toBe(200);
    expect((await logIn(form, password.normalize('NFD'))).status).toBe(200);
  });
});

describe('What is kept of a password', () => {
  const { database, client } = dear;
  const logInThere = (username: string, password: string) => logIn(username, password, client);
  const hashOf = async (username: string) =>
    (
      await database.query<{ password_hash: string }>('SELECT password_hash FROM "user" WHERE username = ?', username)
    )[0]?.password_hash;

  it('is replaced at the next login if it was made with weaker parameters, and only then', async () => {
    const weak = await hash(ADMIN.password, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await database.addUser('jane', [], { password_hash: weak });
    expect((await logInThere('jane', 'wrong')).status).toBe(401);
    expect(await hashOf('jane')).toBe(weak);
    const { body } = await logInThere('jane', ADMIN.password);
    const strong = await hashOf('jane');
    expect(strong).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await logInThere('jane', ADMIN.password)).status).toBe(200);
    expect(await hashOf('jane')).toBe(strong);
    expect(await statusOf(body.Token, client)).toBe(200);
  });

  it('is replaced without refusing any of several concurrent logins', async () => {
    const weak = await hash(ADMIN.password, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await database.addUser('kate', [], { password_hash: weak });
    const answers = await Promise.all(Array.from({ length: 5 }, () => logInThere('kate', ADMIN.password)));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(await hashOf('kate')).toMatch(/m=19456/);
  });
});

describe('PASSWORD_MIN_LENGTH', () => {
  it('is what every new password has at least, and tells the first one too', async () => {
    const env = { PASSWORD_MIN_LENGTH: '22' };
    const bootstrap = { BOOTSTRAP_USERNAME: ADMIN.username, BOOTSTRAP_PASSWORD: ADMIN.password };
    const { code, stderr } = await runToEnd({ env: { ...env, ...bootstrap } });
    expect([code, stderr]).toEqual([1, 'BOOTSTRAP_PASSWORD must be at least 22 characters long\n']);

    const strict = await startServer({ env: { ...env, BOOTSTRAP_PASSWORD: `${ADMIN.password}!` } });
    const body = { username: ADMIN.username, password: `${ADMIN.password}!` };
    const strictClient = await Client.of(strict);
    const tooShort = await strictClient.post<LoggedIn>('/user/password', { ...body, newPassword: 'x y '.repeat(5) });
    expectRefused(tooShort, /at least 22 characters/);
    const newPassword = 'x y z '.repeat(4);
    expect((await strictClient.post('/user/password', { ...body, newPassword })).status).toBe(200);
    await strict.stop();
  });
});

describe('PASSWORD_MAX_AGE_DAYS', () => {
  it('shuts both doors and renewals to a password that is too old, and only the change is left open', async () => {
    const user = dear.client;
    const jwt = await user.logIn();
    await dear.database.query('UPDATE "user" SET password_changed = ?', LONG_AGO);
    const answers = [
      await user.post('/user/login', { username: ADMIN.username, password: ADMIN.password }),
      await user.post(ACCOUNTS_LOGIN, { account: { email: ADMIN.email, password: ADMIN.password } }),
      await user.post('/user/renew', undefined, jwt),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(Array(3).fill([403, 'password_expired']));
    expect(answers.map(({ text, headers }) => `${text}${String(headers.get('authorization'))}`).join()).not.toMatch(
      /eyJ/,
    );
    const wrong = await user.post('/user/login', { username: ADMIN.username, password: 'wrong' });
    const unknown = await user.post('/user/login', { username: 'nobody', password: 'wrong' });
    expect([wrong.status, wrong.text]).toEqual([401, unknown.text]);

    const body = { username: ADMIN.username, password: ADMIN.password, newPassword: NEW_PASSWORD };
    const changed = await user.post<LoggedIn>('/user/password', body);
    expect(changed.status).toBe(200);
    const days = (Date.parse(changed.body.PasswordExpiration ?? '') - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    expect((await user.get('/user/me', jwt)).status).toBe(401);
    await expect(user.logIn(ADMIN.username, NEW_PASSWORD)).resolves.toMatch(/^eyJ/);
  });
});
