import { Client } from './support/client.js';
import { TestDatabase } from './support/database.js';
import { ADMIN, startServer } from './support/server.js';
import { useSharedServer } from './support/use-server.js';

const ACCOUNTS_LOGIN = '/en/api/v1/accounts/login';
const LONG_AGO = '2020-01-01T00:00:00.000Z';

interface LoggedIn {
  Id: string;
  Created: string;
  Token: string;
  PasswordExpiration?: string;
}

describe('Both doors answer as their documents say', () => {
  const { client, database } = useSharedServer();

  const accountsLogin = (email: unknown, password: unknown) =>
    client.post(ACCOUNTS_LOGIN, { account: { email, password } });
  const userLogin = (username: unknown, password: unknown) =>
    client.post<LoggedIn>('/user/login', { username, password });

  it('gives the JWT of an accounts login in the header, and the documented body', async () => {
    const { status, headers, body } = await accountsLogin(ADMIN.email, ADMIN.password);
    expect(status).toBe(200);
    expect(body).toEqual({ status: { success: 'Login sucessfully.' } });
    const [scheme, jwt] = (headers.get('authorization') ?? '').split(' ');
    expect(scheme).toBe('Bearer');
    expect((await client.get('/user/me', jwt)).status).toBe(200);
  });

  it('gives the JWT of a user login in the body, with the documented fields', async () => {
    const { status, body } = await userLogin(ADMIN.username, ADMIN.password);
    expect(status).toBe(200);
    expect(body).toEqual({
      Id: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      Created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      Username: ADMIN.username,
      Email: ADMIN.email,
      Firstname: '',
      Lastname: '',
      Token: expect.any(String) as string,
    });
    expect((await client.get('/user/me', body.Token)).status).toBe(200);
  });

  it('matches names without regard to case, and shows them as registered', async () => {
    const { status, body } = await userLogin('ADMIN', ADMIN.password);
    expect(status).toBe(200);
    expect(body).toMatchObject({ Username: 'admin' });
    expect((await accountsLogin('Admin@EXAMPLE.com', ADMIN.password)).status).toBe(200);
  });

  it('gives every login a session and a jti of its own', async () => {
    const claims = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const [, payload = ''] = (await client.logIn()).split('.');
        return JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jti: string; sid: string };
      }),
    );
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(10);
    expect(new Set(claims.map(({ sid }) => sid)).size).toBe(10);
  });

  it('tells an unknown user, a wrong, an empty and an over-long password apart by nothing', async () => {
    const refusals = await Promise.all([
      userLogin('nobody', ADMIN.password),
      userLogin(ADMIN.username, 'wrong'),
      userLogin(ADMIN.username, ''),
      userLogin('', ''),
      userLogin(ADMIN.username, 'x'.repeat(5000)),
      userLogin(ADMIN.username, `${ADMIN.password} `),
    ]);
    for (const { status, text, headers } of refusals) {
      expect(status).toBe(401);
      expect(JSON.parse(text)).toEqual({
        statusCode: 401,
        error: 'Unauthorized',
        message: 'Incorrect credentials',
        code: 'incorrect_credentials',
        docs: '/docs#error-incorrect_credentials',
      });
      expect(headers.get('www-authenticate')).toBe('Bearer realm="elastic-personas"');
    }
  });

  it('words the refusals of the accounts door as its document does', async () => {
    for (const [email, password] of [
      ['nobody@example.com', ADMIN.password],
      [ADMIN.email, 'wrong'],
      [ADMIN.email, ''],
    ]) {
      const { status, body, headers } = await accountsLogin(email, password);
      expect(status).toBe(401);
      expect(body).toEqual({ status: { error: 'Invalid email or password.' }, code: 'incorrect_credentials' });
      expect(headers.get('authorization')).toBeNull();
    }
  });

  it('refuses a disabled user like an unknown one', async () => {
    const id = await database.addUser('dora');
    expect((await userLogin('dora', ADMIN.password)).status).toBe(200);
    await database.query('UPDATE "user" SET disabled = ? WHERE id = ?', LONG_AGO, id);
    const { status, body } = await userLogin('dora', ADMIN.password);
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'incorrect_credentials' });
  });

  it('tells only the right password that it has expired, and gives it no token', async () => {
    const id = await database.addUser('erik');
    await database.query('UPDATE "user" SET password_expires = ? WHERE id = ?', LONG_AGO, id);
    const byUsername = await userLogin('erik', ADMIN.password);
    expect(byUsername.status).toBe(403);
    expect(byUsername.body).toMatchObject({ message: 'Password expired', code: 'password_expired' });
    expect(byUsername.text).not.toContain('eyJ');
    const byEmail = await accountsLogin('erik@example.com', ADMIN.password);
    expect(byEmail.status).toBe(403);
    expect(byEmail.body).toEqual({ status: { error: 'Password expired.' }, code: 'password_expired' });
    expect(byEmail.headers.get('authorization')).toBeNull();
    expect((await userLogin('erik', 'wrong')).status).toBe(401);
    expect((await accountsLogin('erik@example.com', 'wrong')).status).toBe(401);
  });

  it('shows when a password will expire', async () => {
    const id = await database.addUser('fay');
    await database.query('UPDATE "user" SET password_expires = ? WHERE id = ?', '2099-06-15T18:30:00.000Z', id);
    expect((await userLogin('fay', ADMIN.password)).body.PasswordExpiration).toBe('2099-06-15T18:30:00Z');
  });

  it('answers 404 for a locale it does not speak, and names those it does', async () => {
    const { status, body } = await client.post('/xx/api/v1/accounts/login', {
      account: { email: ADMIN.email, password: ADMIN.password },
    });
    expect(status).toBe(404);
    expect(body).toMatchObject({ status: { error: expect.stringContaining('en') as string }, code: 'unknown_locale' });
  });

  it('refuses a login in the query string, which would end up in logs', async () => {
    const query = `?email=${ADMIN.email}&password=${encodeURIComponent(ADMIN.password)}`;
    const accounts = await client.post(ACCOUNTS_LOGIN + query, {});
    expect(accounts.status).toBe(400);
    expect(accounts.body).toMatchObject({ code: 'invalid_fields' });
    const user = await client.post(
      `/user/login?username=${ADMIN.username}&password=${encodeURIComponent(ADMIN.password)}`,
      {},
    );
    expect(user.status).toBe(400);
    expect(user.text).not.toContain(ADMIN.password);
  });

  it('shows who a credential speaks for', async () => {
    const jwt = await client.logIn();
    const { body } = await client.get('/user/me', jwt);
    expect(body).toMatchObject({ Username: 'admin', Roles: ['admin'], Credential: { Kind: 'jwt' } });
    expect(JSON.stringify(body)).not.toContain(jwt);
  });

  it('keeps no answer of a login in any cache', async () => {
    const { headers } = await userLogin(ADMIN.username, ADMIN.password);
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('PASSWORD_MAX_AGE_DAYS', () => {
  it('lets a password expire that many days after it was set', async () => {
    const server = await startServer({ env: { PASSWORD_MAX_AGE_DAYS: '30' } });
    const client = await Client.of(server);
    const { body } = await client.post<LoggedIn>('/user/login', ADMIN);
    expect(body).toMatchObject({ code: 'invalid_fields' });
    const { body: user } = await client.post<LoggedIn>('/user/login', {
      username: ADMIN.username,
      password: ADMIN.password,
    });
    const days = (Date.parse(user.PasswordExpiration ?? '') - Date.parse(user.Created)) / 86_400_000;
    expect(days).toBe(30);
    const database = await TestDatabase.of(server);
    await database.query('UPDATE "user" SET password_changed = ?', LONG_AGO);
    await database.close();
    const expired = await client.post('/user/login', { username: ADMIN.username, password: ADMIN.password });
    expect(expired.status).toBe(403);
    await server.stop();
  });
});
