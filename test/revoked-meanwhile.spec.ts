import { setTimeout as sleep } from 'node:timers/promises';
import { useServer } from './support/use-server.js';

/** Until a change has been checked and waits for the database. */
const CHECKED_MS = 300;

describe('A change that waits for the database while its credential is revoked', () => {
  const { client, database } = useServer();

  /** What is answered to a change, if another process commits something while it waits. */
  async function statusAfter<T extends { status: number }>(
    change: () => Promise<T>,
    ...sql: string[]
  ): Promise<number> {
    await database.beginAlone();
    const answer = change();
    await sleep(CHECKED_MS);
    for (const statement of sql) await database.query(statement);
    await database.query('COMMIT');
    return (await answer).status;
  }

  const count = async (table: string): Promise<number> =>
    (await database.query<{ n: number }>(`SELECT COUNT(*) AS n FROM "${table}"`))[0]?.n ?? -1;

  it.each([
    ['a logout', 401, (id: string) => `UPDATE session SET ended = '2026-01-01T00:00:00.000Z' WHERE user_id = '${id}'`],
    [
      'its user being disabled',
      401,
      (id: string) => `UPDATE "user" SET disabled = '2026-01-01T00:00:00.000Z' WHERE id = '${id}'`,
    ],
    ['another role of its user', 503, (id: string) => `UPDATE "user" SET roles = '[]' WHERE id = '${id}'`],
    ['nothing of its own', 200, () => `UPDATE kitten SET name = name || '!'`],
  ])('by %s is refused, and leaves nothing behind: %i', async (what, status, sql) => {
    const name = `eve-${status}-${what.length}`;
    const id = await database.addUser(name, ['admin']);
    const jwt = await client.logIn(name);
    const before = await count('auth_header');
    expect(await statusAfter(() => client.post('/authheader/add', { name: 'a' }, jwt), sql(id))).toBe(status);
    expect((await count('auth_header')) - before).toBe(status === 200 ? 1 : 0);
  });

  it('by the deletion of an auth header is refused as well, and makes no administrator', async () => {
    const jwt = await client.logIn();
    const { id, token } = await client.addAuthHeader(jwt, { name: 'a', scopes: ['admin'] });
    const user = {
      username: 'mallory',
      email: 'mallory@example.com',
      password: 'a long enough phrase',
      roles: ['admin'],
    };
    const status = await statusAfter(
      () => client.post('/user/add', user, token),
      `DELETE FROM auth_header WHERE id = '${id}'`,
    );
    expect(status).toBe(401);
    expect((await client.post('/user/login', { username: user.username, password: user.password })).status).toBe(401);
  });

  it.each([
    ['fewer scopes', `scopes = '["authheader:manage"]'`],
    ['another network', `allowed_ips = '["127.0.0.0/8"]'`],
    ['an earlier end', `expires = '2090-01-01T00:00:00.000Z'`],
  ])('by a change to %s of its auth header is refused as well, and passes on what it had to nobody', async (_, sql) => {
    const bounds = { scopes: ['authheader:manage', 'orders:read'], expires: '2099-01-01T00:00:00Z' };
    const { id, token } = await client.addAuthHeader(await client.logIn(), { name: 'a', ...bounds });
    const before = await count('auth_header');
    const add = () => client.post('/authheader/add', { name: 'child', ...bounds }, token);
    expect(await statusAfter(add, `UPDATE auth_header SET ${sql} WHERE id = '${id}'`)).toBe(503);
    expect(await count('auth_header')).toBe(before);
  });

  it.each([
    ['rotate', {}],
    ['update', { allowedIps: ['127.0.0.1'] }],
  ])('by a change that puts its auth header beyond those who %s it is refused as well', async (way, body) => {
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt, { name: 'a', scopes: ['authheader:manage'] });
    const { id } = await client.addAuthHeader(jwt, { name: 'b' });
    const ask = () => client.post(`/authheader/${way}`, { text: id, ...body }, token);
    expect(await statusAfter(ask, `UPDATE auth_header SET scopes = '["admin"]' WHERE id = '${id}'`)).toBe(403);
  });
});
