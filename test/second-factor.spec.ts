import { CHALLENGE_LIMITS } from '../src/factor/challenges.js';
import { observable } from './support/attempts.js';
import { type Authenticator, begin, complete, enrol, passSteps, type StepAnswer } from './support/authenticator.js';
import { type Answer, claimsOf, newAddress } from './support/client.js';
import { ADMIN } from './support/server.js';
import { useSharedServer } from './support/use-server.js';

const ACCOUNTS_LOGIN = '/en/api/v1/accounts/login';
const SETUP = { token: expect.stringMatching(/^[\w-]{43}$/) as string, expiresIn: 300 };

const { client, database } = useSharedServer();

interface Enrolled {
  readonly name: string;
  readonly jwt: string;
  readonly app: Authenticator;
  readonly id: string;
  readonly recoveryCodes: string[];
}

/** A new user with an app for codes, whose next code is good. */
async function newUser(name: string): Promise<Enrolled> {
  await database.addUser(name);
  const jwt = await client.from(newAddress()).logIn(name, ADMIN.password);
  const enrolled = { name, jwt, ...(await enrol(client, jwt)) };
  await passSteps(database);
  return enrolled;
}

const tokenOf = ({ body, text }: Answer<StepAnswer>): string => {
  if (body.code !== 'second_factor_required') throw new Error(`Expected a second step: ${text}`);
  return body.secondFactor.token;
};

/** Unlike a wrong code, a dead token is told as one: no code helps. */
function expectDead(answer: Answer<object>): void {
  expectWrong(answer);
  expect(answer.body).toMatchObject({ message: expect.stringMatching(/^The token is .*: begin again\.$/) as string });
}

function expectWrong({ status, body }: Answer<object>): void {
  expect([status, body]).toMatchObject([401, { code: 'incorrect_second_factor' }]);
}

describe('A login of a user with a second factor', () => {
  it('needs the code at both routes, each in its own style, and ends as the login would have', async () => {
    const { name, app } = await newUser('fortuna');
    const from = client.from(newAddress());
    const byName = await begin(from, name, ADMIN.password);
    expect([byName.status, byName.body]).toEqual([
      403,
      {
        statusCode: 403,
        error: 'Forbidden',
        message: expect.any(String) as string,
        code: 'second_factor_required',
        docs: '/docs#error-second_factor_required',
        secondFactor: { ...SETUP, methods: ['totp', 'recovery-code'] },
      },
    ]);
    const completed = await complete(from, tokenOf(byName), app.code());
    expect(completed.status).toBe(200);
    expect(completed.body).toMatchObject({ Username: name, Token: expect.any(String) as string });
    expect(claimsOf(completed.body.Token)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' });
    expect((await client.get('/user/me', completed.body.Token)).status).toBe(200);

    await passSteps(database);
    const account = { email: `${name}@example.com`, password: ADMIN.password };
    const byEmail = await from.post<StepAnswer>('/de/api/v1/accounts/login', { account });
    expect([byEmail.status, byEmail.body]).toEqual([
      403,
      {
        status: { error: expect.stringMatching(/Faktor/) as string },
        code: 'second_factor_required',
        secondFactor: { ...SETUP, methods: ['totp', 'recovery-code'] },
      },
    ]);
    const ended = await from.post<object>('/user/login/second-factor', { token: tokenOf(byEmail), otp: app.code() });
    expect([ended.status, ended.body]).toEqual([200, { status: { success: expect.any(String) as string } }]);
    const jwt = (ended.headers.get('authorization') ?? '').replace('Bearer ', '');
    expect((await client.get('/user/me', jwt)).status).toBe(200);
  });

  it('takes the code in the first request at both routes', async () => {
    const { name, app } = await newUser('finn');
    const from = client.from(newAddress());
    const byName = await from.post('/user/login', { username: name, password: ADMIN.password, otp: app.code() });
    expect(byName.status).toBe(200);
    await passSteps(database);
    const account = { email: `${name}@example.com`, password: ADMIN.password };
    const byEmail = await from.post(ACCOUNTS_LOGIN, { account, otp: app.code() });
    expect([byEmail.status, byEmail.body]).toEqual([200, { status: { success: 'Login sucessfully.' } }]);
    expect(byEmail.headers.get('authorization')).toMatch(/^Bearer /);
  });

  it('takes each code once, at whichever route, and the one that confirmed the app not at all', async () => {
    await database.addUser('flo');
    const jwt = await client.from(newAddress()).logIn('flo', ADMIN.password);
    const { app } = await enrol(client, jwt);
    const from = client.from(newAddress());
    const otp = app.code();
    expectWrong(await from.post('/user/login', { username: 'flo', password: ADMIN.password, otp }));
    const tokens = [await begin(from, 'flo', ADMIN.password), await begin(from, 'flo', ADMIN.password)].map(tokenOf);
    const next = app.code(1);
    const answers = await Promise.all(tokens.map((token) => complete(from, token, next)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expectWrong(await from.post('/user/login', { username: 'flo', password: ADMIN.password, otp: next }));
  });

  it('takes each recovery code once, and shows its replacement', async () => {
    const { name, recoveryCodes } = await newUser('fritz');
    expect(recoveryCodes).toHaveLength(8);
    const from = client.from(newAddress());
    const [code = '', other = ''] = recoveryCodes;
    const login = (otp: string) =>
      from.post<{ recoveryCode?: string }>('/user/login', { username: name, password: ADMIN.password, otp });
    const { status, body } = await complete(from, tokenOf(await begin(from, name, ADMIN.password)), code.toLowerCase());
    expect([status, body.recoveryCode]).toEqual([200, expect.stringMatching(/^[A-Z2-7]{24}$/) as string]);
    expectWrong(await login(code));
    expect((await login(body.recoveryCode ?? '')).status).toBe(200);
    const both = await Promise.all([login(other), login(other)]);
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 401]);
    const used = await database.query(
      `SELECT * FROM audit_event WHERE action = 'factor.recovery-code-used' AND username = ?`,
      name,
    );
    expect(used).toHaveLength(3);
  });

  it('takes the other factors and the recovery codes where the secret of one does not open', async () => {
    const { name, id, jwt, app, recoveryCodes } = await newUser('fatima');
    const { app: other } = await enrol(client, jwt, 'Tablet');
    await passSteps(database);
    await database.query(`UPDATE factor SET sealed_secret = 'x' || sealed_secret WHERE id = ?`, id);
    const from = client.from(newAddress());
    const login = (otp: string) => from.post('/user/login', { username: name, password: ADMIN.password, otp });
    expectWrong(await login(app.code()));
    const answers = [await login(other.code()), await login(recoveryCodes[0] ?? '')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('does not tell of the factor before the right password', async () => {
    const { name } = await newUser('frida');
    await database.addUser('plain-frida');
    const wrong = async (username: string, otp?: string) =>
      observable(
        await client.from(newAddress()).post('/user/login', { username, password: 'wrong', ...(otp && { otp }) }),
      );
    const plain = await wrong('plain-frida');
    expect(await wrong(name)).toEqual(plain);
    expect(await wrong(name, '123456')).toEqual(plain);
    expect(await wrong('nobody-of-that-name', '123456')).toEqual(plain);
  });

  it('is not looked at for a user without one', async () => {
    await database.addUser('forrest');
    const body = { username: 'forrest', password: ADMIN.password };
    const from = client.from(newAddress());
    const [without, withCode] = [
      await from.post('/user/login', body),
      await from.post('/user/login', { ...body, otp: '1' }),
    ];
    expect([withCode.status, Object.keys(withCode.body)]).toEqual([200, Object.keys(without.body)]);
  });
});

describe('The token of a second step', () => {
  it('is good once, for five tries, for five minutes and from one network', async () => {
    const { name, app } = await newUser('faye');
    const from = client.from(newAddress());
    const used = tokenOf(await begin(from, name, ADMIN.password));
    expectDead(await complete(client.from(newAddress()), used, app.code()));
    expect((await complete(from, used, app.code())).status).toBe(200);
    await passSteps(database);
    expectDead(await complete(from, used, app.code()));

    const tried = tokenOf(await begin(from, name, ADMIN.password));
    for (let count = 0; count < 5; count++) expectWrong(await complete(from, tried, app.wrong()));
    expectDead(await complete(from, tried, app.code()));

    const late = tokenOf(await begin(from, name, ADMIN.password));
    await database.query(`UPDATE challenge SET expires = '2020-01-01T00:00:00.000Z' WHERE purpose = 'second-factor'`);
    expectDead(await complete(from, late, app.code()));
  });

  it('of before the clock was set back is worth nothing, and voids none of the new ones', async () => {
    const { name, app } = await newUser('fulvia');
    const from = client.from(newAddress());
    const early = tokenOf(await begin(from, name, ADMIN.password));
    for (let count = 1; count < CHALLENGE_LIMITS.openPerNetwork; count++) await begin(from, name, ADMIN.password);
    const ofUser = `WHERE user_id = (SELECT id FROM "user" WHERE username = ?)`;
    // Ids grow with the time: these are of years later.
    await database.query(`UPDATE challenge SET expires = '2099-01-01T00:00:00.000Z' ${ofUser}`, name);
    expectDead(await complete(from, early, app.code()));
    await database.query(`UPDATE challenge SET id = 'f' || SUBSTR(id, 2) ${ofUser}`, name);
    const token = tokenOf(await begin(from, name, ADMIN.password));
    expect((await complete(from, token, app.code())).status).toBe(200);
  });

  it('is worth nothing after the user was disabled, nor once they are enabled again', async () => {
    const { name, app } = await newUser('filippa');
    const from = client.from(newAddress());
    const token = tokenOf(await begin(from, name, ADMIN.password));
    const admin = await client.logIn();
    expect((await client.post('/user/disable', { username: name }, admin)).status).toBe(200);
    expectDead(await complete(from, token, app.code()));
    expect((await client.post('/user/enable', { username: name }, admin)).status).toBe(200);
    expectDead(await complete(from, token, app.code()));
  });

  it('is void once there are five newer ones from its network, and not by those from another', async () => {
    const { name, app } = await newUser('flora');
    const from = client.from(newAddress());
    const tokens: string[] = [];
    for (let count = 0; count < CHALLENGE_LIMITS.openPerNetwork + 1; count++) {
      tokens.push(tokenOf(await begin(from, name, ADMIN.password)));
    }
    const elsewhere = client.from(newAddress());
    for (let count = 0; count < 2; count++) await begin(elsewhere, name, ADMIN.password);
    const [first = '', second = ''] = tokens;
    expectWrong(await complete(from, first, app.code()));
    expect((await complete(from, second, app.code())).status).toBe(200);
    const [{ open } = { open: 0 }] = await database.query<{ open: number }>(
      `SELECT COUNT(*) AS open FROM challenge JOIN "user" ON "user".id = user_id WHERE username = ?`,
      name,
    );
    expect(open).toBe(CHALLENGE_LIMITS.openPerNetwork - 1 + 2);
  });

  it('is no credential, and a credential is no token', async () => {
    const { name, jwt, app } = await newUser('fedor');
    const from = client.from(newAddress());
    const token = tokenOf(await begin(from, name, ADMIN.password));
    expect((await from.get('/user/me', token)).status).toBe(401);
    const { token: authHeader } = await client.addAuthHeader(jwt);
    for (const other of [jwt, authHeader])
      expect([400, 401]).toContain((await complete(from, other, app.code())).status);
    expectWrong(await from.post('/user/login/second-factor/setup', { token, method: 'totp' }));
    expectWrong(await client.post('/user/factors/totp/confirm', { token, otp: app.code() }, jwt));
    const enrolment = await client.post<{ token: string }>('/user/factors/totp', { name: 'Another' }, jwt);
    expectWrong(await complete(from, enrolment.body.token, app.code()));
  });

  it('is worth nothing after a change of the password', async () => {
    const { name, app } = await newUser('fabian');
    const from = client.from(newAddress());
    const token = tokenOf(await begin(from, name, ADMIN.password));
    const newPassword = 'a quieter place to read';
    const changed = await from.post('/user/password', {
      username: name,
      password: ADMIN.password,
      newPassword,
      otp: app.code(),
    });
    expect(changed.status).toBe(200);
    await passSteps(database);
    expectWrong(await complete(from, token, app.code()));
  });
});

describe('A change of the password of a user with a second factor', () => {
  it('is made by the second step, with the password that was given in the first', async () => {
    const { name, jwt, app } = await newUser('fergus');
    const from = client.from(newAddress());
    const newPassword = 'a quieter place to read';
    const begun = await from.post<StepAnswer>('/user/password', {
      username: name,
      password: ADMIN.password,
      newPassword,
    });
    expect([begun.status, begun.body.code]).toEqual([403, 'second_factor_required']);
    expect((await client.get('/user/me', jwt)).status).toBe(200);
    const { status, body } = await complete(from, tokenOf(begun), app.code());
    expect([status, (await client.get('/user/me', body.Token)).status]).toEqual([200, 200]);
    expect((await client.get('/user/me', jwt)).status).toBe(401);
    expect((await begin(from, name, ADMIN.password)).status).toBe(401);
    expect((await begin(from, name, newPassword)).status).toBe(403);
  });
});
