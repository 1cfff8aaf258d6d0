import type { Built } from '../fuzz/build.js';
import { UNBOUNDED } from '../fuzz/cast.js';
import { complaintsOf, RULE_NAMES } from '../fuzz/judge.js';
import { type Credential, type CredentialKind, Register, type User, World } from '../fuzz/world.js';
import { Client } from '../support/client.js';
import { useSharedServer } from '../support/use-server.js';

/** What an exchange has that the test is about. */
interface Made {
  readonly call?: string;
  readonly by?: Credential | 'nobody';
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly status?: number;
  readonly body?: unknown;
}

const used = useSharedServer();
const register = new Register('test');
const world = new World(register, '10.0.0.1', 'root');
const ID = '01a21906-a336-7369-89ea-d613d7fe22';
const [ann, ben, adm] = ['0a', '0b', '0c'].map((end) => newUser(`${ID}${end}`));
const annJwt = newCredential('jwt', ann, '1a');
const annHeader = newCredential('auth-header', ann, '2a');
const benJwt = newCredential('jwt', ben, '1b');
const benHeader = newCredential('auth-header', ben, '2b');
const admJwt = newCredential('jwt', adm, '1c');
const ended = newCredential('jwt', ann, '3a');
const endedHeader = newCredential('auth-header', ann, '4a');
Object.assign(adm ?? {}, { isAdmin: true });
world.end('/user/logout', (one) => [ended, endedHeader].includes(one));

function newUser(id: string): User {
  const marker = register.newMarker();
  const names = { username: `u-${marker}`, email: `u-${marker}@example.com`, password: 'right' };
  const can = {
    isAdmin: false,
    isService: false,
    mustChange: false,
    isEnabled: true,
    isDeleted: false,
    app: undefined,
  };
  return world.addUser({ marker, id, ...names, ...can });
}

function newCredential(kind: CredentialKind, owner: User | undefined, end: string): Credential {
  if (owner === undefined) throw new Error('There is no such user');
  const value = kind === 'jwt' ? `eyJh.eyJz.${end}` : `ep_${end.repeat(18)}`;
  return world.addCredential({ ...UNBOUNDED, kind, owner, id: `${ID}${end}`, value });
}

/** The rules that an exchange breaks. */
async function broken({
  call = 'GET /user/me',
  by = annJwt,
  fields = {},
  status = 200,
  body,
}: Made): Promise<string[]> {
  const [method, path] = call.split(' ');
  const contract = await Client.contract();
  const operation = contract.operations().find((one) => one.method === method && one.path === path);
  if (operation === undefined) throw new Error(`There is no ${call}`);
  const isNobody = by === 'nobody';
  const built: Built = {
    step: {
      operation,
      presentation: { way: 'bearer', pick: 0, isRenewed: false, isAway: false },
      path: {},
      query: {},
      body: undefined,
      language: undefined,
      twist: undefined,
    },
    request: {
      method: operation.method,
      target: operation.path,
      headers: [],
      body: Buffer.from(JSON.stringify(fields)),
    },
    presented: {
      credential: isNobody ? undefined : by,
      state: isNobody ? 'none' : by.state === 'dead' ? 'refused' : 'alive',
    },
    fields,
    query: new URLSearchParams(),
    isRegular: true,
    isOfOperation: true,
    isLast: false,
    context: {
      principal: undefined,
      named: undefined,
      client: undefined,
      enrolment: undefined,
      marker: '',
      adds: false,
    },
  };
  const headers = new Headers({ 'content-type': 'application/json' });
  if (status === 401) headers.set('www-authenticate', 'Bearer realm="elastic-personas"');
  const answer = { status, headers, text: JSON.stringify(body ?? {}), body: body ?? {} };
  const complaints = complaintsOf({ world, built, answer, judged: { contract, folder: used.server.folder } });
  return complaints.map((complaint) => complaint.split(': ')[0] ?? '');
}

/** An error as the document has it. */
const problem = (status: number, code: string, message = 'No.'): Pick<Made, 'status' | 'body'> => ({
  status,
  body: { statusCode: status, error: 'Error', message, code, docs: '/docs#error' },
});

const me = (user: User | undefined): object => ({
  Id: user?.id,
  Created: '2026-11-26T18:00:00Z',
  Username: user?.username,
  Email: user?.email,
  Firstname: '',
  Lastname: '',
  Roles: [],
  Credential: { Kind: 'jwt', Id: annJwt.id },
});
const listed = (...credentials: Credential[]): object[] =>
  credentials.map(({ id }) => ({ id, name: 'a', token: 'ep_Ab12…9xYz', created: '2026-11-26T18:00:00Z', scopes: [] }));

const WRONG: readonly (readonly [rule: string, made: () => Made])[] = [
  ['no fault of the server', () => problem(500, 'internal_error')],
  ['nothing undocumented', () => problem(409, 'already_taken')],
  ['nothing undocumented', () => ({ body: { ...me(ann), Secret: 1 } })],
  ['no leak in a refusal', () => problem(404, 'not_found', 'Error\n    at handler (/srv/main.js:1:1)')],
  ['no leak in a refusal', () => problem(400, 'invalid_fields', 'SELECT id FROM user')],
  ['nothing without a living credential', () => ({ by: 'nobody', body: me(ann) })],
  ['nothing without a living credential', () => ({ by: ended, body: me(ann) })],
  [
    'nothing without a living credential',
    () => ({ call: 'POST /user/sessions/end', by: ended, ...problem(404, 'not_found') }),
  ],
  ['what lives is let in', () => problem(401, 'invalid_token')],
  ['a limit only where there is one', () => problem(429, 'rate_limited')],
  ['no right that is not held', () => ({ call: 'GET /user/list', body: [] })],
  ['no right that is not held', () => ({ call: 'POST /authheader/add', by: annHeader })],
  ['no right that is not held', () => ({ call: 'GET /user/sessions', by: annHeader, body: [] })],
  ['no body that the document refuses', () => ({ call: 'POST /user/sessions/end', fields: { id: 1 } })],
  [
    'nothing of another user is changed',
    () => ({ call: 'POST /authheader/delete', fields: { text: benHeader.value } }),
  ],
  ['nothing of another user is changed', () => ({ call: 'POST /user/sessions/end', fields: { id: benJwt.id } })],
  ['nothing of another user is shown', () => ({ body: me(ben) })],
  ['nothing of another user is shown', () => problem(404, 'not_found', `There is a user ${ben?.username}`)],
  ['no secret of another, and none to an auth header', () => ({ by: admJwt, body: { a: benHeader.value } })],
  ['no secret of another, and none to an auth header', () => ({ by: annHeader, body: { a: annHeader.value } })],
  [
    'a login is that of the user it names',
    () => ({ call: 'POST /user/login', fields: { username: ann?.username, password: 'wrong' } }),
  ],
  [
    'an introspection tells the truth',
    () => ({ call: 'POST /oauth/introspect', fields: { token: ended.value }, body: { active: true } }),
  ],
  [
    'an introspection tells the truth',
    () => ({ call: 'POST /oauth/introspect', fields: { token: annJwt.value }, body: { active: false } }),
  ],
  ['a list is complete, and holds nothing that was deleted', () => ({ call: 'GET /authheader/list', body: [] })],
  [
    'a list is complete, and holds nothing that was deleted',
    () => ({ call: 'GET /authheader/list', body: listed(annHeader, endedHeader) }),
  ],
];

describe("The fuzzer's model", () => {
  it.each(WRONG)('finds what breaks the rule "%s"', async (rule, made) => {
    expect(await broken(made())).toContain(rule);
  });

  it('has a wrong answer here for each of its rules', () => {
    expect([...new Set(WRONG.map(([rule]) => rule))].sort()).toEqual([...RULE_NAMES].sort());
  });

  it('has no complaint of a right answer', async () => {
    expect(await broken({ body: me(ann) })).toEqual([]);
    expect(await broken({ by: ended, ...problem(401, 'invalid_token') })).toEqual([]);
    expect(await broken({ call: 'GET /authheader/list', body: listed(annHeader) })).toEqual([]);
    expect(await broken({ by: admJwt, call: 'GET /user/list', body: [] })).toEqual([]);
  });
});
