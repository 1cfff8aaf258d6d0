import { ADMIN } from './support/server.js';
import { type Answer, claimsOf, newAddress } from './support/client.js';
import { useSharedServer } from './support/use-server.js';

const { client, database } = useSharedServer();

/** The headers of every answer. */
const ALWAYS =
  'cache-control connection content-length content-type date keep-alive x-content-type-options x-request-id';
const USER = ['Id', 'Created', 'Username', 'Email', 'Firstname', 'Lastname', 'Token'];

/** The status, the names of the headers that not every answer has, and the fields of an answer, in their order. */
function recordOf({ status, headers, body }: Answer<object>): unknown[] {
  const own = [...headers.keys()].filter((name) => !ALWAYS.split(' ').includes(name));
  const [first = body] = Array.isArray(body) ? (body as object[]) : [body];
  return [status, own.join(' '), Object.keys(first)];
}

// Recorded from the version before second factors.
it('The documented calls are the same for a user without a second factor, whether or not the program sends a code', async () => {
  await database.addUser('jonas');
  const from = client.from(newAddress());
  const { password } = ADMIN;
  const account = { email: 'jonas@example.com', password };
  for (const otp of [{}, { otp: '492039' }]) {
    const byEmail = await from.post('/en/api/v1/accounts/login', { account, ...otp });
    expect(recordOf(byEmail)).toEqual([200, 'authorization content-language', ['status']]);
    expect(byEmail.text).toBe('{"status":{"success":"Login sucessfully."}}');
    const byName = await from.post('/user/login', { username: 'jonas', password, ...otp });
    expect(recordOf(byName)).toEqual([200, '', USER]);
  }
  const wrong = await from.post('/en/api/v1/accounts/login', { account: { ...account, password: 'x' } });
  expect(recordOf(wrong)).toEqual([401, 'content-language www-authenticate', ['status', 'code']]);
  expect(wrong.text).toBe('{"status":{"error":"Invalid email or password."},"code":"incorrect_credentials"}');
  const wrongByName = await from.post('/user/login', { username: 'jonas', password: 'x' });
  expect(wrongByName.text).toBe(
    '{"statusCode":401,"error":"Unauthorized","message":"Incorrect credentials","code":"incorrect_credentials",' +
      '"docs":"/docs#error-incorrect_credentials"}',
  );

  const jwt = await from.logIn('jonas', password);
  const added = await client.post<{ token: string }>('/authheader/add', { name: 'production-api-key' }, jwt);
  const fields = ['id', 'name', 'token', 'created', 'scopes'];
  expect(recordOf(added)).toEqual([200, '', fields]);
  expect(recordOf(await client.get('/authheader/list', jwt))).toEqual([200, '', fields]);
  const deleted = await client.post('/authheader/delete', { text: added.body.token }, jwt);
  expect([recordOf(deleted), deleted.text]).toEqual([[200, '', ['message']], '{"message":"Success"}']);
  expect(recordOf(await client.post('/user/renew', {}, jwt))).toEqual([200, '', USER]);
  const newPassword = 'a quieter place to read';
  expect(recordOf(await from.post('/user/password', { username: 'jonas', password, newPassword }))).toEqual([
    200,
    '',
    USER,
  ]);
  expect(claimsOf(jwt)).toMatchObject({ amr: ['pwd'] });
});
