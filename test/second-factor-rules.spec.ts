import { Authenticator, begin, complete, enrol, passSteps, type StepAnswer } from './support/authenticator.js';
import { claimsOf, newAddress } from './support/client.js';
import { ADMIN, BEHIND_PROXY } from './support/server.js';
import { useServer } from './support/use-server.js';

interface Enrolment {
  token: string;
  secret: string;
}

const { client, database } = useServer({ env: { ...BEHIND_PROXY, SECOND_FACTOR: 'administrators' } });

/** Sets up an app at a login, and completes it. */
async function setUp(begun: StepAnswer, from = client) {
  const { token } = begun.secondFactor;
  const enrolment = await from.post<Enrolment>('/user/login/second-factor/setup', { token, method: 'totp' });
  expect([enrolment.status, enrolment.body.token]).toEqual([200, token]);
  const app = new Authenticator(enrolment.body.secret);
  const completed = await from.post<{ Token: string; recoveryCodes: string[] }>('/user/login/second-factor', {
    token,
    otp: app.code(),
  });
  return { app, completed };
}

describe('SECOND_FACTOR=administrators', () => {
  it('has an administrator without a factor set one up at the login, which is then complete', async () => {
    await database.addUser('hera', ['admin']);
    const from = client.from(newAddress());
    const begun = await begin(from, 'hera', ADMIN.password);
    expect([begun.status, begun.body]).toMatchObject([
      403,
      { code: 'second_factor_setup_required', secondFactor: { expiresIn: 300, methods: ['totp', 'passkey'] } },
    ]);
    const { token } = begun.body.secondFactor;
    // A token that nothing was set up with completes no login.
    expect((await complete(from, token, '000000')).status).toBe(401);
    const { app, completed } = await setUp(begun.body, from);
    expect([completed.status, completed.body]).toMatchObject([200, { Username: 'hera' }]);
    expect(completed.body.recoveryCodes).toHaveLength(8);
    expect(claimsOf(completed.body.Token)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'] });
    expect((await complete(from, token, app.code(1))).status).toBe(401);
    expect((await begin(from, 'hera', ADMIN.password)).body.code).toBe('second_factor_required');
  });

  it('asks for it at the accounts login in its own style', async () => {
    await database.addUser('hanna', ['admin']);
    const from = client.from(newAddress());
    const account = { email: 'hanna@example.com', password: ADMIN.password };
    const begun = await from.post<StepAnswer>('/en/api/v1/accounts/login', { account });
    expect([begun.status, begun.body]).toMatchObject([
      403,
      { status: { error: 'A second factor must be set up first.' }, code: 'second_factor_setup_required' },
    ]);
    const { completed } = await setUp(begun.body, from);
    expect(completed.body).toEqual({
      status: { success: 'Login sucessfully.' },
      recoveryCodes: expect.any(Array) as string[],
    });
    expect(completed.headers.get('authorization')).toMatch(/^Bearer /);
  });

  it('asks nothing of other users', async () => {
    await database.addUser('hugo', ['editor']);
    expect(await client.from(newAddress()).logIn('hugo', ADMIN.password)).toMatch(/^ey/);
  });

  it('refuses an administrator the removal of the last factor, and another administrator may make it', async () => {
    await database.addUser('hilda', ['admin']);
    const from = client.from(newAddress());
    const { completed } = await setUp((await begin(from, 'hilda', ADMIN.password)).body, from);
    const jwt = completed.body.Token;
    const [{ id } = { id: '' }] = (await client.get<{ id: string }[]>('/user/factors/list', jwt)).body;
    for (const body of [{ id }, { userId: 'hilda' }, { userId: 'hilda', id }]) {
      const refused = await client.post('/user/factors/remove', body, jwt);
      expect([refused.status, refused.body.code]).toEqual([409, 'last_factor']);
    }
    await enrol(client, jwt, 'Another');
    expect((await client.post('/user/factors/remove', { id }, jwt)).status).toBe(200);
    await database.addUser('hilda-2', ['admin']);
    const other = await setUp((await begin(from, 'hilda-2', ADMIN.password)).body, from);
    const removed = await client.post('/user/factors/remove', { userId: 'hilda' }, other.completed.body.Token);
    expect(removed.status).toBe(200);
    expect((await client.post('/user/renew', {}, jwt)).body.code).toBe('second_factor_setup_required');
    expect((await begin(from, 'hilda', ADMIN.password)).body.code).toBe('second_factor_setup_required');
  });

  it('renews no session of a user who has become an administrator without a factor', async () => {
    await database.addUser('horst');
    const from = client.from(newAddress());
    const jwt = await from.logIn('horst', ADMIN.password);
    expect((await client.post('/user/renew', {}, jwt)).status).toBe(200);
    await database.query(`UPDATE "user" SET roles = '["admin"]' WHERE username = 'horst'`);
    const refused = await client.post('/user/renew', {}, jwt);
    expect([refused.status, refused.body.code]).toEqual([403, 'second_factor_setup_required']);
    expect(refused.body).not.toHaveProperty('secondFactor');
    // The session is still good for enrolling one.
    await enrol(client, jwt);
    expect((await client.post('/user/renew', {}, jwt)).status).toBe(200);
  });

  it('lets a one-time password be changed by the same second step, and not before it', async () => {
    const id = await database.addUser('heidi', ['admin']);
    await database.query('UPDATE "user" SET initial_password_expires = ? WHERE id = ?', '2099-01-01T00:00:00.000Z', id);
    const from = client.from(newAddress());
    const newPassword = 'a quieter place to read';
    const body = { username: 'heidi', password: ADMIN.password, newPassword };
    const begun = await from.post<StepAnswer>('/user/password', body);
    expect([begun.status, begun.body.code]).toEqual([403, 'second_factor_setup_required']);
    expect((await begin(from, 'heidi', ADMIN.password)).body.code).toBe('password_change_required');
    expect((await setUp(begun.body, from)).completed.status).toBe(200);
    await passSteps(database);
    expect((await begin(from, 'heidi', newPassword)).body.code).toBe('second_factor_required');
  });

  it('adds no second factor by a token of before the first one', async () => {
    await database.addUser('hazel', ['admin']);
    const from = client.from(newAddress());
    const [first, second] = [await begin(from, 'hazel', ADMIN.password), await begin(from, 'hazel', ADMIN.password)];
    expect((await setUp(first.body, from)).completed.status).toBe(200);
    expect((await setUp(second.body, from)).completed.status).toBe(401);
    const factors = await database.query(
      `SELECT * FROM factor WHERE user_id = (SELECT id FROM "user" WHERE username = 'hazel')`,
    );
    expect(factors).toHaveLength(1);
  });
});
