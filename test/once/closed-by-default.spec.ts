import { randomUUID } from 'node:crypto';
import { Authenticator, enrol } from '../support/authenticator.js';
import { cheapProgram } from '../support/changed-program.js';
import { claimsOf } from '../support/client.js';
import { type Enrolment, SoftwareAuthenticator } from '../support/software-authenticator.js';
import { type DocumentedOperation, sampleBody, samplePath, takesForm } from '../support/openapi.js';
import { MAIL_SETTINGS } from '../support/server.js';
import { useServer } from '../support/use-server.js';

const PUBLIC = [
  ...[
    'beginPasskeyLogin',
    'changePassword',
    'completeLogin',
    'getKeySet',
    'getLiveness',
    'getMetadata',
    'getReadiness',
  ],
  ...[
    'confirmEmail',
    'forgotPassword',
    'logIn',
    'logInWithEmail',
    'logInWithPasskey',
    'resetForgottenPassword',
    'revokeLeakedAuthHeader',
    'setUpAtLogin',
    'undoEmail',
  ],
].sort();

/** What the open operations that take a body answer to their example, unless it is 401. */
const OF_NO_LOGIN: Record<string, readonly [status: number, code: string | undefined]> = {
  forgotPassword: [200, undefined],
  resetForgottenPassword: [400, 'invalid_link'],
  confirmEmail: [400, 'invalid_link'],
  undoEmail: [400, 'invalid_link'],
  revokeLeakedAuthHeader: [200, undefined],
};

const REFUSED = {
  none: 401,
  'a malformed one': 401,
  'a bad JWT': 401,
  'an auth header with a wrong checksum': 401,
  'an unknown auth header': 401,
} as const;

/** The good credentials, by who holds them and what they may. */
const CREDENTIALS = [
  "an administrator's JWT",
  "somebody else's JWT",
  "an administrator's auth header",
  "an administrator's auth header that manages",
  "an administrator's auth header that administers",
  "somebody else's auth header that manages and administers",
] as const;
type Credential = (typeof CREDENTIALS)[number];

/** Which of them open an operation, and what the others are told that they lack. */
interface Opening {
  readonly to: readonly Credential[];
  /** What the document says of it. */
  readonly security: readonly Record<string, readonly string[]>[];
  readonly needs?: string;
  readonly lacking?: string;
  /** Whether the login must be at most ten minutes old. */
  readonly isRecent?: true;
}

const [ADMINS_JWT, JWT, , MANAGING, ADMINISTERING, DEMOTED] = CREDENTIALS;
const ANY_CREDENTIAL: Opening = { to: CREDENTIALS, security: [{ jwt: [] }, { authHeader: [] }] };
const MANAGE: Opening = {
  to: [ADMINS_JWT, JWT, MANAGING, DEMOTED],
  security: [{ jwt: [] }, { authHeader: [] }],
  needs: 'An auth header needs the scope `authheader:manage`.',
  lacking: 'scope="authheader:manage"',
};
const CLIENT: Opening = { to: CREDENTIALS, security: [{ jwt: [] }, { authHeader: [] }, { client: [] }] };
/** A machine login is for an auth header: a JWT that could obtain the next one would never end. */
const MACHINE: Opening = {
  ...CLIENT,
  to: CREDENTIALS.filter((name) => !name.endsWith('JWT')),
  security: [{ authHeader: [] }, { client: [] }],
};
const SESSION: Opening = {
  to: [ADMINS_JWT, JWT],
  security: [{ jwt: [] }],
  lacking: 'error="insufficient_scope"',
};
const RECENT: Opening = { ...SESSION, isRecent: true };
const ADMINISTER: Opening = {
  to: [ADMINS_JWT, ADMINISTERING],
  security: [{ jwt: [] }, { authHeader: [] }],
  needs: 'The user needs the role `admin`, and an auth header the scope `admin` too.',
  lacking: 'scope="admin"',
};

/** What each guarded operation is open to; a new one has to take its row. */
const GUARDED: Record<string, Opening> = {
  getCurrentUser: ANY_CREDENTIAL,
  verifyCredential: ANY_CREDENTIAL,
  listRevocations: ANY_CREDENTIAL,
  addAuthHeader: MANAGE,
  listAuthHeaders: ANY_CREDENTIAL,
  rotateAuthHeader: MANAGE,
  updateAuthHeader: MANAGE,
  deleteAuthHeader: MANAGE,
  getKitten: ANY_CREDENTIAL,
  getKittenAlias: ANY_CREDENTIAL,
  deleteKitten: ANY_CREDENTIAL,
  deleteKittenAlias: ANY_CREDENTIAL,
  renewToken: SESSION,
  listSessions: SESSION,
  endSession: SESSION,
  logOut: SESSION,
  changeEmail: RECENT,
  listFactors: SESSION,
  enrolTotp: RECENT,
  confirmTotp: RECENT,
  enrolPasskey: RECENT,
  confirmPasskey: RECENT,
  renameFactor: RECENT,
  removeFactor: RECENT,
  makeRecoveryCodes: RECENT,
  addUser: ADMINISTER,
  listUsers: ADMINISTER,
  updateUser: ADMINISTER,
  disableUser: ADMINISTER,
  enableUser: ADMINISTER,
  unlockUser: ADMINISTER,
  resetPassword: ADMINISTER,
  deleteUser: ADMINISTER,
  grantToken: MACHINE,
  introspectToken: CLIENT,
  revokeToken: CLIENT,
  listAuditEvents: ADMINISTER,
  listAllAuthHeaders: ADMINISTER,
  revokeAuthHeader: ADMINISTER,
  listSigningKeys: ADMINISTER,
  rotateSigningKeys: ADMINISTER,
  revokeSigningKey: ADMINISTER,
};

/** The operation's own example. A form is without the client's secret, since a client authenticates in one way. */
function bodyOf(operation: Pick<DocumentedOperation, 'requestBody'>): unknown {
  const body = sampleBody(operation);
  if (body instanceof URLSearchParams) for (const name of ['client_id', 'client_secret']) body.delete(name);
  return body;
}

const { client, database } = useServer({
  get main() {
    return cheapProgram();
  },
  env: MAIL_SETTINGS,
});
let jwt: string;
let guarded: DocumentedOperation[];
let refused: Record<keyof typeof REFUSED, Record<string, string>>;
let accepted: Record<Exclude<Credential, typeof ADMINS_JWT | typeof JWT>, string>;

beforeAll(async () => {
  jwt = await client.logIn();
  guarded = client.contract.operations().filter(({ security }) => security.length > 0);

  const bare = await client.addAuthHeader(jwt);
  // An auth header may only pass on what it carries, and the sample body asks for that scope.
  const managing = ['authheader:manage', 'orders:read'];
  const administering = ['admin', 'orders:read'];
  const add = async (owner: string, scopes: string[]) =>
    (await client.addAuthHeader(owner, { name: 'a', scopes })).token;
  const demotedId = await database.addUser('demoted', ['admin']);
  const demoted = await add(await client.logIn('demoted'), [...managing, ...administering.slice(0, 1)]);
  await client.post('/user/update', { id: demotedId, roles: ['editor'] }, jwt);
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
  accepted = {
    "an administrator's auth header": bare.token,
    "an administrator's auth header that manages": await add(jwt, managing),
    "an administrator's auth header that administers": await add(jwt, administering),
    "somebody else's auth header that manages and administers": demoted,
  };
});

describe('Every operation is closed but those that are meant to be open', () => {
  it('says of itself which it is', () => {
    const open = client.contract.operations().filter(({ security }) => security.length === 0);
    expect(open.map(({ operationId }) => operationId).sort()).toEqual(PUBLIC);
    for (const { operationId, security, description = '' } of guarded) {
      expect([operationId, security]).toEqual([operationId, GUARDED[operationId]?.security]);
      const needs = description.split('\n\n').find((paragraph) => / needs the (?:role|scope) `/.test(paragraph));
      expect([operationId, needs]).toEqual([operationId, GUARDED[operationId]?.needs]);
      const isRecent = description.includes('The login must be at most 10 minutes old');
      expect([operationId, isRecent]).toEqual([operationId, GUARDED[operationId]?.isRecent === true]);
    }
    expect(guarded.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(GUARDED).sort());
  });

  it('and the open ones ask for no credential', async () => {
    const open = client.contract.operations().filter(({ security }) => security.length === 0);
    for (const operation of open) {
      const answer = await client.call(operation.method, samplePath(operation), { body: sampleBody(operation) });
      const expected = OF_NO_LOGIN[operation.operationId];
      if (expected !== undefined) {
        expect([operation.operationId, answer.status, answer.body.code]).toEqual([operation.operationId, ...expected]);
        continue;
      }
      const isLogin = operation.requestBody !== undefined;
      expect([operation.operationId, answer.status]).toEqual([operation.operationId, isLogin ? 401 : 200]);
      if (isLogin) expect(['incorrect_credentials', 'incorrect_second_factor']).toContain(answer.body.code);
    }
  });

  it.each(Object.entries(REFUSED))('and the others refuse: %s', async (name, status) => {
    for (const operation of guarded) {
      const headers = refused[name as keyof typeof REFUSED];
      const call = { headers, body: bodyOf(operation) };
      const answer = await client.call(operation.method, samplePath(operation), call);
      const isPresented = 'authorization' in headers;
      const code = isPresented ? 'invalid_token' : 'credential_required';
      expect([
        operation.operationId,
        answer.status,
        answer.body.code ?? answer.body.error,
        answer.headers.get('www-authenticate'),
      ]).toEqual([
        operation.operationId,
        status,
        takesForm(operation) ? 'invalid_client' : code,
        `Bearer realm="elastic-personas"${isPresented ? ', error="invalid_token"' : ''}`,
      ]);
    }
  });

  it('and those that require a recent login, and no others, refuse a fresh JWT of an old one', async () => {
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const own = await client.logIn();
    await database.query('UPDATE session SET created = ? WHERE id = ?', anHourAgo, claimsOf(own).sid);
    const refusing: string[] = [];
    for (const operation of guarded) {
      // Whatever passes the guard is refused for its body, and changes nothing.
      const nonsense = takesForm(operation) ? new URLSearchParams({ nonsense: 'true' }) : { nonsense: true };
      // Node sends the body of a GET without its length, and the server takes it for the next request.
      const body = operation.requestBody === undefined ? undefined : nonsense;
      const headers = { authorization: `Bearer ${own}` };
      const answer = await client.call(operation.method, samplePath(operation), { headers, body });
      if (answer.text.includes('insufficient_user_authentication')) refusing.push(operation.operationId);
    }
    const recent = Object.entries(GUARDED).filter(([, { isRecent }]) => isRecent);
    expect(refusing.sort()).toEqual(recent.map(([operationId]) => operationId).sort());
  });

  it('ahead of any look at the body', async () => {
    for (const operation of guarded) {
      if (operation.requestBody === undefined) continue;
      const nonsense = takesForm(operation) ? new URLSearchParams({ nonsense: 'true' }) : { nonsense: true };
      const answer = await client.post(samplePath(operation), nonsense);
      expect([operation.operationId, answer.status]).toEqual([operation.operationId, 401]);
    }
  });
});

describe('A good credential opens exactly what it is good for', () => {
  /** The operation's own example, but about something that is there and nobody needs. */
  async function bodyFor(
    { operationId, tags = [], requestBody }: DocumentedOperation,
    token: string,
  ): Promise<unknown> {
    const body = bodyOf({ requestBody });
    const name = `somebody-${++somebodies}`;
    const ownJwt = async (): Promise<string> => {
      if (!token.startsWith('ep_')) return token;
      const { body: owner } = await client.get<{ Id: string }>('/user/me', token);
      return client.logIn(owner.Id === claimsOf(jwt).sub ? 'admin' : 'demoted');
    };
    if (['deleteAuthHeader', 'rotateAuthHeader', 'revokeAuthHeader'].includes(operationId)) {
      return { text: (await client.addAuthHeader(await ownJwt())).id };
    }
    if (operationId === 'rotateSigningKeys') await publishNextKey();
    if (operationId === 'revokeSigningKey') return { kid: await addRetiredKey() };
    if (operationId === 'updateAuthHeader')
      return { text: (await client.addAuthHeader(await ownJwt())).id, rateLimit: null };
    if (operationId === 'confirmTotp') {
      const enrolment = await client.post<{ token: string; secret: string }>(
        '/user/factors/totp',
        { name },
        await ownJwt(),
      );
      return { token: enrolment.body.token, otp: new Authenticator(enrolment.body.secret).code() };
    }
    if (operationId === 'confirmPasskey') {
      const { body: begun } = await client.post<Enrolment>('/user/factors/passkey', { name }, await ownJwt());
      return { token: begun.token, passkey: new SoftwareAuthenticator(MAIL_SETTINGS.PUBLIC_URL).create(begun.options) };
    }
    if (['renameFactor', 'removeFactor', 'makeRecoveryCodes'].includes(operationId)) {
      const { id } = await enrol(client, await ownJwt());
      return operationId === 'renameFactor' ? { id, name } : operationId === 'removeFactor' ? { id } : undefined;
    }
    if (operationId === 'endSession') return { id: claimsOf(await ownJwt()).sid };
    if (operationId === 'addUser') return { username: name, email: `${name}@example.com` };
    if (operationId === 'updateUser') return { id: await database.addUser(name), lastname: 'Doe' };
    if (tags.includes('Administration') && operationId !== 'rotateSigningKeys' && requestBody)
      return { id: await database.addUser(name) };
    return body;
  }
  let somebodies = 0;

  /** The key that a rotation activates, as if it had been published long ago. */
  async function publishNextKey(): Promise<void> {
    await client.post('/signingkey/rotate', {}, await client.logIn());
    await database.query(`UPDATE signing_key SET created = '2026-01-01T00:00:00.000Z' WHERE state = 'next'`);
  }

  async function addRetiredKey(): Promise<string> {
    const kid = randomUUID();
    const now = new Date().toISOString();
    const columns = 'id, algorithm, state, sealed_key, created, retired';
    await database.query(
      `INSERT INTO signing_key (${columns}) VALUES (?, 'RS256', 'retired', '', ?, ?)`,
      kid,
      now,
      now,
    );
    return kid;
  }

  it.each(CREDENTIALS)('%s', async (name) => {
    const tokenOf = () => {
      // A JWT of its own for each: some of them end its session.
      if (name === ADMINS_JWT) return client.logIn();
      return name === JWT ? client.logIn('demoted') : Promise.resolve(accepted[name]);
    };
    const outcomes: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    for (const operation of guarded) {
      const { operationId, method } = operation;
      await database.query('UPDATE kitten SET deleted = NULL');
      await database.query('DELETE FROM factor');
      const token = await tokenOf();
      const headers = { authorization: `Bearer ${token}` };
      const body = await bodyFor(operation, token);
      const {
        status,
        body: answer,
        headers: given,
      } = await client.call(method, samplePath(operation), { headers, body });
      const { to, lacking = '' } = GUARDED[operationId] ?? { to: [] as Credential[] };
      outcomes[operationId] =
        status === 200 ? status : [status, answer.code ?? answer.error, given.get('www-authenticate')];
      const challenge = `Bearer realm="elastic-personas", error="insufficient_scope"`;
      const refusal = lacking.startsWith('scope') ? `${challenge}, ${lacking}` : challenge;
      expected[operationId] = to.includes(name) ? 200 : [403, 'insufficient_scope', refusal];
      if (operationId === 'grantToken' && !to.includes(name)) {
        expected[operationId] = [401, 'invalid_client', 'Bearer realm="elastic-personas", error="invalid_token"'];
      }
    }
    expect(outcomes).toEqual(expected);
  });
});
