import { claimsOf, type ManagedUser } from './support/client.js';
import { run } from './support/command-line.js';
import { useServer } from './support/use-server.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const FAR_OFF = '2099-01-01T00:00:00.000Z';

const env = { PASSWORD_MAX_AGE_DAYS: '30' };
const { server, client, database } = useServer({ env });
let jwt: string;
let id: string;

beforeAll(async () => {
  jwt = await client.logIn();
  id = claimsOf(jwt).sub;
});

/** Each of these keeps an administrator from logging in: the column of the user, and its value. */
const REASONS = [
  ['disabled', LONG_AGO],
  // A one-time password that was never used, and one that is over.
  ['initial_password_expires', FAR_OFF],
  ['initial_password_expires', LONG_AGO],
  ['password_expires', LONG_AGO],
  ['password_changed', LONG_AGO],
] as const;

const ACTIONS = [
  ['disable', {}],
  ['delete', {}],
  ['update', { roles: [] }],
  ['update', { roles: ['editor'] }],
] as const;

it('An administrator stays one while none of the others can log in', async () => {
  await Promise.all(
    REASONS.map(async ([column, value], index) => {
      const otherId = await database.addUser(`other-${index}`, ['admin']);
      await database.query(`UPDATE "user" SET ${column} = ? WHERE id = ?`, value, otherId);
    }),
  );
  for (const [action, more] of ACTIONS) {
    const { status, body } = await client.post(`/user/${action}`, { id, ...more }, jwt);
    expect([action, status, body.code]).toEqual([action, 409, 'last_administrator']);
  }
  const { code, stderr } = await run(server, ['user', 'update', id, '--no-roles'], { env });
  expect([code, stderr]).toEqual([1, 'At least one administrator who can log in must remain.\n']);
  expect((await client.get('/user/me', jwt)).body).toMatchObject({ Roles: ['admin'] });
});

it('An administrator whose password was reset is not removed as long as no other one can log in', async () => {
  const otherId = await database.addUser('other');
  const { token } = await client.addAuthHeader(jwt, { name: 'a', scopes: ['admin'] });
  expect((await client.post('/user/reset', { id }, token)).status).toBe(200);
  for (const [action, more] of ACTIONS) {
    expect([action, (await client.post(`/user/${action}`, { id, ...more }, token)).status]).toEqual([action, 409]);
  }
  await client.post('/user/update', { id: otherId, roles: ['admin'] }, token);
  const other = await client.logIn('other');
  const { status, body } = await client.post<ManagedUser>('/user/update', { id, roles: [] }, other);
  expect([status, body.Roles]).toEqual([200, []]);
});
