import { Client } from './support/client.js';
import { TestDatabase } from './support/database.js';
import { type DocumentedOperation, sampleBody, samplePath } from './support/openapi.js';
import { startServer, type TestServer } from './support/server.js';

const PUBLIC = ['accountsLogin', 'healthLive', 'healthReady', 'keySetGet', 'userLogin'];

const REFUSED = {
  none: 401,
  'a malformed one': 401,
  'a bad JWT': 401,
  'an auth header with a wrong checksum': 401,
  'an unknown auth header': 401,
} as const;

/** What each good credential is answered; a new guarded operation has to take its row. */
const ANY_CREDENTIAL = { jwt: 200, 'auth header': 200, 'auth header that manages': 200 } as const;
const MANAGING = { jwt: 200, 'auth header': 403, 'auth header that manages': 200 } as const;
const GUARDED: Record<string, Record<string, number>> = {
  userMe: ANY_CREDENTIAL,
  authHeaderAdd: MANAGING,
  authHeaderList: ANY_CREDENTIAL,
  authHeaderDelete: MANAGING,
  kittensGet: ANY_CREDENTIAL,
  kittensGetAlias: ANY_CREDENTIAL,
  kittensDelete: ANY_CREDENTIAL,
  kittensDeleteAlias: ANY_CREDENTIAL,
};

let server: TestServer;
let client: Client;
let database: TestDatabase;
let jwt: string;
let guarded: DocumentedOperation[];
let refused: Record<keyof typeof REFUSED, Record<string, string>>;
let accepted: Record<Exclude<keyof typeof ANY_CREDENTIAL, 'jwt'>, string>;

beforeAll(async () => {
  server = await startServer();
  client = await Client.of(server);
  database = await TestDatabase.of(server);
  jwt = await client.logIn();
  guarded = client.contract.operations().filter(({ security }) => security.length > 0);

  const bare = await client.addAuthHeader(jwt);
  // An auth header may only pass on what it carries, and the sample body asks for that scope.
  const scopes = ['authheader:manage', 'orders:read'];
  const managing = await client.addAuthHeader(jwt, { name: 'manager', scopes });
  const gone = await client.addAuthHeader(jwt);
  await client.post('/authheader/delete', { text: gone.id }, jwt);
  const swapCase = (letter: string) => (letter === 'A' ? 'B' : 'A');

  refused = {
    none: {},
    'a malformed one': { authorization: 'Bearer not a credential' },
    'a bad JWT': { authorization: `Bearer ${jwt.slice(0, -8)}AAAAAAAA` },
    'an auth header with a wrong checksum': { authorization: `Bearer ${bare.token.replace(/.$/, swapCase)}` },
    'an unknown auth header': { authorization: `Bearer ${gone.token}` },
  };
  accepted = { 'auth header': bare.token, 'auth header that manages': managing.token };
});

afterAll(async () => {
  await database.close();
  await server.stop();
});

describe('Every operation is closed but those that are meant to be open', () => {
  it('says of itself which it is', () => {
    const open = client.contract.operations().filter(({ security }) => security.length === 0);
    expect(open.map(({ operationId }) => operationId).sort()).toEqual(PUBLIC);
    for (const { operationId, security } of guarded) {
      expect([operationId, security]).toEqual([operationId, [{ jwt: [] }, { authHeader: [] }]]);
    }
    expect(guarded.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(GUARDED).sort());
  });

  it('and the open ones ask for no credential', async () => {
    const open = client.contract.operations().filter(({ security }) => security.length === 0);
    for (const operation of open) {
      const answer = await client.call(operation.method, samplePath(operation), { body: sampleBody(operation) });
      const isLogin = operation.requestBody !== undefined;
      expect([operation.operationId, answer.status]).toEqual([operation.operationId, isLogin ? 401 : 200]);
      if (isLogin) expect(answer.body.code).toBe('incorrect_credentials');
    }
  });

  it.each(Object.entries(REFUSED))('and the others refuse: %s', async (name, status) => {
    for (const operation of guarded) {
      const headers = refused[name as keyof typeof REFUSED];
      const call = { headers, body: sampleBody(operation) };
      const answer = await client.call(operation.method, samplePath(operation), call);
      const isPresented = 'authorization' in headers;
      expect([operation.operationId, answer.status, answer.body.code, answer.headers.get('www-authenticate')]).toEqual([
        operation.operationId,
        status,
        isPresented ? 'invalid_token' : 'credential_required',
        `Bearer realm="elastic-personas"${isPresented ? ', error="invalid_token"' : ''}`,
      ]);
    }
  });

  it('ahead of any look at the body', async () => {
    for (const operation of guarded) {
      if (operation.requestBody === undefined) continue;
      const answer = await client.post(samplePath(operation), { nonsense: true });
      expect([operation.operationId, answer.status]).toEqual([operation.operationId, 401]);
    }
  });
});

describe('A good credential opens exactly what it is good for', () => {
  it.each(Object.keys(ANY_CREDENTIAL))('%s', async (name) => {
    // What deletes comes last, and is given something to delete.
    const inOrder = guarded.toSorted((one, other) => Number(deletes(one)) - Number(deletes(other)));
    const statuses: Record<string, number> = {};
    const expected: Record<string, number | undefined> = {};
    for (const operation of inOrder) {
      await database.query('UPDATE kitten SET deleted = NULL');
      const body =
        operation.operationId === 'authHeaderDelete'
          ? { text: (await client.addAuthHeader(jwt)).id }
          : sampleBody(operation);
      // A JWT of its own for each: one of them may end its session.
      const token = name === 'jwt' ? await client.logIn() : accepted[name as keyof typeof accepted];
      const headers = { authorization: `Bearer ${token}` };
      const answer = await client.call(operation.method, samplePath(operation), { headers, body });
      statuses[operation.operationId] = answer.status;
      expected[operation.operationId] = GUARDED[operation.operationId]?.[name];
      if (answer.status !== 403) continue;
      expect(answer.body.code).toBe('insufficient_scope');
      expect(answer.headers.get('www-authenticate')).toBe(
        'Bearer realm="elastic-personas", error="insufficient_scope", scope="authheader:manage"',
      );
    }
    expect(statuses).toEqual(expected);
  });
});

function deletes({ method, operationId }: DocumentedOperation): boolean {
  return method === 'DELETE' || operationId.endsWith('Delete');
}
