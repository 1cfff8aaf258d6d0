import { Client, type ManagedUser } from './support/client.js';
import { useSharedServer } from './support/use-server.js';

const { server, client } = useSharedServer();

/** Characters of two UTF-16 units each, as many as there may be: the databases count characters. */
const wide = (length: number) => '𐐨'.repeat(length);

it('The longest input of every field fits its column, whatever the database', async () => {
  const jwt = await client.logIn();
  const host = `${'h'.repeat(60)}.${'i'.repeat(60)}.${'j'.repeat(60)}.example`;
  const user = {
    username: `${wide(99)}x`,
    email: `${'l'.repeat(60)}@${host}`,
    firstname: wide(100),
    lastname: wide(100),
    roles: Array.from({ length: 50 }, (_, index) => `r${index}${'o'.repeat(60)}`),
  };
  const added = await client.post<ManagedUser>('/user/add', user, jwt);
  expect(added.status).toBe(200);
  expect(added.body).toMatchObject({ Username: user.username, Email: user.email, Firstname: user.firstname });
  const found = await client.get<ManagedUser[]>(`/user/list?search=${encodeURIComponent(user.username)}`, jwt);
  expect(found.body.map(({ Username }) => Username)).toEqual([user.username]);
  const ips = Array.from({ length: 20 }, (_, index) => `2001:db8:${index}:ffff:ffff:ffff:ffff:ffff/128`);
  const header = { name: wide(100), allowedIps: ips };
  const authHeader = await client.post<{ name: string }>('/authheader/add', header, jwt);
  expect([authHeader.status, authHeader.body.name]).toEqual([200, header.name]);
  const agent = { 'user-agent': 'é'.repeat(2000) };
  const login = await client.call('POST', '/user/login', {
    headers: agent,
    body: { username: user.username, password: 'wrong' },
  });
  expect(login.status).toBe(401);
  const unknown = await client.call('POST', '/user/login', {
    headers: agent,
    body: { username: wide(4000), password: '\0' },
  });
  expect(unknown.status).toBe(401);
});

it('A NUL in a login is a character like another, and no failure', async () => {
  const from = await Client.of(server);
  for (const body of [
    { username: 'admin\0', password: 'wrong' },
    { username: 'no\0body', password: 'a\0b' },
  ]) {
    expect((await from.post('/user/login', body)).status).toBe(401);
  }
  const account = { email: 'a\0b@example.com', password: 'wrong' };
  expect((await from.post('/en/api/v1/accounts/login', { account })).status).toBe(401);
});
