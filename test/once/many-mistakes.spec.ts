import { type Answer, Client } from '../support/client.js';
import { startServer, type TestServer } from '../support/server.js';

interface Refusal {
  code: string;
  message: string;
  details: { field: string; message: string }[];
}

const MOST_NAMED = 10;
const ACCOUNTS_LOGIN = '/en/api/v1/accounts/login';

const many = (count: number, write: (index: number) => string, separator = ','): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(separator);
const fields = (count: number): string => many(count, (index) => `"a${index}":1`);
const parameters = (count: number): string => many(count, (index) => `a${index}=1`, '&');

let server: TestServer;
let client: Client;
let jwt: string;

beforeAll(async () => {
  server = await startServer();
  client = await Client.of(server);
  jwt = await client.logIn();
});

afterAll(() => server.stop());

const refusalOf = async (answer: Promise<Answer<Refusal>>): Promise<Refusal> => {
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([400, 'invalid_fields']);
  return body;
};
const post = (path: string, body: string) => refusalOf(client.call('POST', path, { body }));
const named = ({ details }: Refusal): string[] => details.map(({ field }) => field);

describe('Of very many mistakes, ten are named', () => {
  it.each([
    ['unknown fields', '/user/login', `{${fields(1600)}}`, /^a\d+$/],
    ['unknown fields that hold much', '/user/login', `{${many(300, (index) => `"a${index}":[{},[],{}]`)}}`, /^a\d+$/],
    [
      'unknown fields next to the right ones',
      '/user/login',
      `{"username":"a","password":"b",${fields(1500)}}`,
      /^a\d+$/,
    ],
    ['unknown fields of an object inside', ACCOUNTS_LOGIN, `{"account":{${fields(1500)}}}`, /^account\.a\d+$/],
    [
      'names of Object’s own',
      ACCOUNTS_LOGIN,
      `{"account":[${many(1000, () => '{"toString":1}')}]}`,
      /^account\.toString$/,
    ],
    ['fields that are not many, but more than ten', '/user/login', `{${fields(11)}}`, /^a\d+$/],
  ])('%s', async (_, path, body, name) => {
    const refusal = await post(path, body);
    expect(named(refusal)).toHaveLength(MOST_NAMED);
    for (const field of named(refusal)) expect(field).toMatch(name);
    if (path !== ACCOUNTS_LOGIN) expect(refusal.message).toContain('more than the 10');
  });

  it.each([
    ['/user/login', /^a\d+$/],
    ['/user/password', /^a\d+$/],
    [ACCOUNTS_LOGIN, /^a\d+$/],
  ])('parameters of a query at %s', async (path, name) => {
    const refusal = await post(`${path}?${parameters(1600)}`, '{}');
    expect(named(refusal)).toHaveLength(MOST_NAMED);
    for (const field of named(refusal)) expect(field).toMatch(name);
  });

  it('parameters of a list', async () => {
    const refusal = await refusalOf(client.get(`/audit/list?limit=5&${parameters(1500)}`, jwt));
    expect(named(refusal)).toHaveLength(MOST_NAMED);
    expect(named(refusal)).not.toContain('limit');
  });
});

describe('A field that holds very much is named once', () => {
  it.each([
    [
      'objects in place of a text',
      '/user/login',
      `{"username":[${many(5000, () => '{}')}],"password":"a"}`,
      'username',
    ],
    ['an object in place of a text', '/user/login', `{"username":{${fields(1500)}},"password":"a"}`, 'username'],
    [
      'lists of objects in place of a text',
      '/user/login',
      `{"username":[${many(100, () => '[{},{},{}]')}],"password":"a"}`,
      'username',
    ],
    ['objects in place of one', ACCOUNTS_LOGIN, `{"account":[${many(5000, () => '{}')}]}`, 'account'],
    ['numbers', '/authheader/add', `{"name":"a","scopes":[${many(5000, () => '1')}]}`, 'scopes'],
    ['addresses', '/authheader/add', `{"name":"a","allowedIps":[${many(2000, () => '"::1"')}]}`, 'allowedIps'],
  ])('%s', async (_, path, body, field) => {
    const headers = { authorization: `Bearer ${jwt}` };
    const refusal = await refusalOf(client.call('POST', path, { body, headers }));
    expect(refusal.details).toEqual([{ field, message: 'holds too many values' }]);
  });

  it('also as a parameter', async () => {
    const refusal = await refusalOf(client.get(`/audit/list?${many(1000, () => 'limit=5', '&')}`, jwt));
    expect(refusal.details).toEqual([{ field: 'limit', message: 'holds too many values' }]);
  });
});

describe('Ten mistakes or fewer are all named', () => {
  it('the missing ones together with the unknown ones', async () => {
    const refusal = await post('/user/login', `{${fields(8)}}`);
    expect(named(refusal).sort()).toEqual([...many(8, (index) => `a${index}`).split(','), 'password', 'username']);
    expect(refusal.message).toBe('Some fields are missing, unknown or not valid.');
  });

  it('and as many values as a field takes are taken', async () => {
    const scopes = Array.from({ length: 50 }, (_, index) => `scope:${index}`);
    const allowedIps = Array.from({ length: 50 }, (_, index) => `192.0.2.${index}`);
    const made = await client.addAuthHeader(jwt, { name: 'a', scopes, allowedIps });
    expect([made.scopes, made.allowedIps]).toEqual([scopes, allowedIps]);
  });
});
