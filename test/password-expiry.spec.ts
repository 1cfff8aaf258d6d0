import { claimsOf, type ManagedUser, newAddress } from './support/client.js';
import { runJson } from './support/command-line.js';
import { ADMIN } from './support/server.js';
import { useSharedServer } from './support/use-server.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const FAR_OFF = '2099-06-15T18:30:00Z';
const PASSWORD = 'a quieter place to read';

const { server, client, database } = useSharedServer();
let admin: string;

beforeAll(async () => {
  admin = await client.logIn();
});

const renew = (jwt: string) => client.post<{ Token: string; code?: string }>('/user/renew', undefined, jwt);
const update = (body: object) => client.post<ManagedUser>('/user/update', body, admin);
const statusesOf = (...credentials: string[]) =>
  Promise.all(credentials.map(async (credential) => (await client.get('/user/me', credential)).status));

/** A user of this test's own, with a session and an auth header. */
async function newUser() {
  const username = `expiring-${newAddress()}`;
  const id = await database.addUser(username);
  const jwt = await client.from(newAddress()).logIn(username);
  return { id, username, jwt, token: (await client.addAuthHeader(jwt)).token };
}

describe('An expired password', () => {
  it('ends renewals as it ends logins, and neither the session nor an auth header', async () => {
    const { id, username, jwt, token } = await newUser();
    expect((await renew(jwt)).status).toBe(200);
    await update({ id, passwordExpires: LONG_AGO });
    const credentials = { username, password: ADMIN.password };
    const login = await client.from(newAddress()).post('/user/login', credentials);
    const renewal = await renew(jwt);
    expect([renewal.status, renewal.text]).toEqual([login.status, login.text]);
    expect(renewal.body).toMatchObject({ statusCode: 403, code: 'password_expired' });
    const query = `/audit/list?action=session.renew&outcome=refused&target=${claimsOf(jwt).sid}`;
    expect((await client.get(query, admin)).body).toEqual([expect.objectContaining({ detail: 'password expired' })]);
    expect(await statusesOf(jwt, token)).toEqual([200, 200]);
    await update({ id, passwordExpires: FAR_OFF });
    expect((await renew(jwt)).status).toBe(200);
  });
});

describe('The date at which a password must be changed', () => {
  it.each<[string, (id: string) => Promise<ManagedUser>]>([
    ['HTTP call', async (id) => (await update({ id, passwordExpires: null })).body],
    [
      'command',
      async (id) => {
        const other = await runJson<ManagedUser>(server, ['user', 'update', id, '--lastname', 'B']);
        expect(other).toHaveProperty('PasswordExpiration');
        return runJson<ManagedUser>(server, ['user', 'update', id, '--no-password-expires']);
      },
    ],
  ])('is removed by the %s, and by nothing else', async (_, clear) => {
    const { id, username } = await newUser();
    await update({ id, passwordExpires: LONG_AGO });
    expect((await update({ id, firstname: 'A' })).body).toHaveProperty('PasswordExpiration');
    expect(await clear(id)).not.toHaveProperty('PasswordExpiration');
    await client.from(newAddress()).logIn(username);
  });

  it.each(['', 'never', 0, false, []])('takes no %j', async (passwordExpires) => {
    const { id } = await newUser();
    const { status, body } = await update({ id, passwordExpires });
    expect(status).toBe(400);
    expect(body).toMatchObject({ details: [{ field: 'passwordExpires' }] });
  });

  it('is not null for a new user, where it can be omitted', async () => {
    const profile = { username: `new-${newAddress()}`, email: `new-${newAddress()}@example.com` };
    expect((await client.post('/user/add', { ...profile, passwordExpires: null }, admin)).status).toBe(400);
  });
});

describe('The auth headers of a user whose password is replaced', () => {
  const change = (username: string, more: object) => {
    const body = { username, password: ADMIN.password, newPassword: PASSWORD, ...more };
    return client.from(newAddress()).post<{ Token: string }>('/user/password', body);
  };
  const lastDetail = async (id: string, action: string) => {
    const { body } = await client.get<{ detail: string }[]>(`/audit/list?action=${action}&target=${id}`, admin);
    return body[0]?.detail;
  };

  it.each([undefined, false, true])('end on a change with endAuthHeaders %j only if it is true', async (ends) => {
    const { id, username, jwt, token } = await newUser();
    const bystander = await newUser();
    const { status, body } = await change(username, { endAuthHeaders: ends });
    expect([status, await statusesOf(jwt, token)]).toEqual([200, [401, ends === true ? 401 : 200]]);
    expect(await statusesOf(body.Token, bystander.jwt, bystander.token)).toEqual([200, 200, 200]);
    expect((await lastDetail(id, 'password.change'))?.includes('auth headers ended')).toBe(ends === true);
  });

  it.each([undefined, false, true])('end on a reset with endAuthHeaders %j only if it is true', async (ends) => {
    const { id, jwt, token } = await newUser();
    const bystander = await newUser();
    expect((await client.post('/user/reset', { id, endAuthHeaders: ends }, admin)).status).toBe(200);
    expect(await statusesOf(jwt, token)).toEqual([401, ends === true ? 401 : 200]);
    expect(await statusesOf(bystander.jwt, bystander.token)).toEqual([200, 200]);
    expect(await lastDetail(id, 'user.reset')).toBe(ends === true ? 'auth headers ended' : '');
  });

  it('end on a reset by the command line with --end-auth-headers', async () => {
    const [kept, ended] = [await newUser(), await newUser()];
    await Promise.all([
      runJson(server, ['user', 'reset', kept.username]),
      runJson(server, ['user', 'reset', ended.username, '--end-auth-headers']),
    ]);
    const rows = await database.query(`SELECT user_id FROM auth_header WHERE user_id IN (?, ?)`, kept.id, ended.id);
    expect(rows).toEqual([{ user_id: kept.id }]);
  });

  it('is asked with a boolean', async () => {
    const { id, username } = await newUser();
    const answers = [
      await change(username, { endAuthHeaders: 'true' }),
      await client.post('/user/reset', { id, endAuthHeaders: null }, admin),
    ];
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([400, expect.objectContaining({ code: 'invalid_fields' })]);
    }
  });
});
