import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { hashToken, mask } from '../../src/authheader/auth-header-token.js';
import { isWellFormed } from '../../src/guard/auth-header-format.js';
import { codeSamples } from '../../src/docs/samples/code-samples.js';
import { cheapProgram } from '../support/changed-program.js';
import { claimsOf, Client, sendRaw } from '../support/client.js';
import { installedLanguages, LANGUAGES, runProgram } from '../support/interpreters.js';
import { type DocumentedOperation, type OpenApi, sampleBody, samplePath } from '../support/openapi.js';
import { ADMIN, BEHIND_PROXY, startServer } from '../support/server.js';
import { useServer } from '../support/use-server.js';

const installed = installedLanguages();
/** Bounds a hang: each sample is a process of its own, and a loaded machine starts them slowly. */
const LANGUAGE_LIMIT_MS = 120_000;
/** His id in the examples of the answers. */
const JOHNS_ID = '12345678-1234-1234-1234-123456789abc';
const ECHO_TOKEN = 'ep_$HOME`id`"#{1}\'\\';

const { server, client, database } = useServer({
  env: BEHIND_PROXY,
  get main() {
    return cheapProgram();
  },
});
let operations: DocumentedOperation[];
let adminsJwt: string;
let john: Record<string, unknown>;
let admin: Record<string, unknown> = {};
/** Whether a sample has changed the password of the administrator, which ended all sessions. */
let isPasswordChanged = false;

/** What the samples of logins read from the environment. */
const PASSWORDS = { PASSWORD: ADMIN.password, NEW_PASSWORD: 'a quieter place to read' };

beforeAll(async () => {
  operations = (await Client.contractOf(server)).operations();
  adminsJwt = await client.logIn();
  john = await makeJohn();
  [admin = {}] = await database.query('SELECT * FROM "user" WHERE username = ?', ADMIN.username);
});

/** The user of the document's examples: the row, to be put back when a sample has changed it. */
async function makeJohn(): Promise<Record<string, unknown>> {
  const { username, password } = bodyOf('logIn') as { username: string; password: string };
  const { account } = bodyOf('logInWithEmail') as { account: { email: string } };
  const person = { username, password, email: account.email };
  const { body, text: given } = await client.post<{ Id?: string }>('/user/add', person, adminsJwt);
  if (body.Id === undefined) throw new Error(given);
  const [row] = await database.query('SELECT * FROM "user" WHERE id = ?', body.Id);
  await client.post('/user/delete', { id: body.Id }, adminsJwt);
  return { ...row, id: JOHNS_ID };
}

function bodyOf(id: string): unknown {
  const operation = operations.find(({ operationId }) => operationId === id);
  return operation && sampleBody(operation);
}

function sampleOf({ operationId, 'x-codeSamples': samples = [] }: DocumentedOperation, language: string): string {
  const { source } = samples.find(({ lang }) => lang === language) ?? {};
  if (source === undefined) throw new Error(`${operationId} has no sample in ${language}`);
  return source;
}

/** Makes true what the document's examples are about; answers the JWT to call with. */
async function arrange({ operationId }: DocumentedOperation): Promise<string> {
  if (isPasswordChanged) {
    await put('user', admin);
    adminsJwt = await client.logIn();
  }
  isPasswordChanged = operationId === 'changePassword';
  // One session does for all of them but the one that ends it.
  const ofFactors = ['renameFactor', 'removeFactor', 'makeRecoveryCodes'].includes(operationId);
  await database.query('DELETE FROM factor');
  // Of a factor, what the JWT asks for must be recent.
  const isFresh = operationId === 'logOut' || ['enrolTotp', 'enrolPasskey'].includes(operationId) || ofFactors;
  const jwt = isFresh ? await client.logIn() : adminsJwt;
  const { sub } = claimsOf(jwt);
  const now = new Date().toISOString();
  // A sample that adds him gives him another id.
  const others = await database.query('SELECT id FROM "user" WHERE username = ? AND id <> ?', john.username, john.id);
  for (const { id } of others) await client.post('/user/delete', { id }, adminsJwt);
  await database.beginAlone();
  await put('user', john);
  await database.query('UPDATE kitten SET deleted = NULL');
  await put('session', {
    id: (bodyOf('endSession') as { id: string }).id,
    user_id: sub,
    created: now,
    expires: '2999-01-01T00:00:00.000Z',
    ended: null,
    ip: '192.0.2.7',
    network: '192.0.2.7',
    user_agent: 'curl/8.5.0',
  });
  const { text: token } = bodyOf('deleteAuthHeader') as { text: string };
  await put('auth_header', {
    id: '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d',
    user_id: sub,
    name: 'production-api-key',
    token_hash: hashToken(token),
    masked: mask(token),
    sealed_token: null,
    previous_token_hash: null,
    previous_masked: null,
    previous_token_expires: null,
    scopes: '[]',
    allowed_ips: '[]',
    created: now,
    expires: null,
    last_used: null,
  });
  await put('signing_key', {
    id: (bodyOf('revokeSigningKey') as { kid: string }).kid,
    algorithm: 'RS256',
    state: 'retired',
    sealed_key: '',
    created: now,
    retired: now,
  });
  if (ofFactors) {
    await put('factor', {
      id: (bodyOf('removeFactor') as { id: string }).id,
      user_id: sub,
      kind: 'totp',
      name: 'My phone',
      created: now,
      sealed_secret: '',
      last_step: 0,
    });
  }
  await database.query('COMMIT');
  // A key signs only after it was published for some minutes; the first call makes it if there is none.
  if (operationId === 'rotateSigningKeys') {
    await client.post('/signingkey/rotate', {}, jwt);
    await database.query(`UPDATE signing_key SET created = '2026-01-01T00:00:00.000Z' WHERE state = 'next'`);
  }
  // This name must still be free.
  if (operationId === 'addUser') await client.post('/user/delete', { id: john.id }, jwt);
  return jwt;
}

/** Makes a row what it says, whether it is there or not. */
async function put(table: string, row: Record<string, unknown>): Promise<void> {
  const columns = Object.keys(row);
  const marks = columns.map(() => '?').join(', ');
  const values = columns.map((column) => `${column} = excluded.${column}`);
  await database.query(
    `INSERT INTO "${table}" (${columns.join(', ')}) VALUES (${marks})
     ON CONFLICT (id) DO UPDATE SET ${values.join(', ')}`,
    ...Object.values(row),
  );
}

/** A JSON body, as each language writes it. */
const BODY = /(?<=\.body = |json\.dumps\(|JSON\.stringify\()\{[^]*?\}(?=\.to_json|\)\.encode|\),)/;

/**
 * The operations whose samples differ in more than the texts in them, and the JSON that they send. Each is a process, and most
 * differ in an address or in a body only; that a body is sent as it is, whatever is in it, is another test. A shell starts so
 * fast that it runs them all.
 */
function distinct(language: string): DocumentedOperation[] {
  const runnable = operations.filter(({ operationId }) => ![...NEED_AN_APP, ...NEED_MAIL].includes(operationId));
  if (language === 'shell') return runnable;
  // The method is a text in some languages.
  const withoutTexts = (operation: DocumentedOperation): string =>
    operation.method +
    sampleOf(operation, language)
      .replace(BODY, '{}')
      .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
  return [...new Map(runnable.map((operation) => [withoutTexts(operation), operation])).values()];
}

/**
 * What only an app for codes, a browser, or the first step of a login, could put into a sample. test/second-factor.spec.ts and
 * test/passkeys.spec.ts make these calls.
 */
const NEED_AN_APP = [
  'completeLogin',
  'setUpAtLogin',
  'confirmTotp',
  'confirmPasskey',
  'beginPasskeyLogin',
  'logInWithPasskey',
];

/** What needs PUBLIC_URL and a mail server. test/password-reset.spec.ts and test/email-change.spec.ts make these calls. */
const NEED_MAIL = ['forgotPassword', 'resetForgottenPassword', 'changeEmail', 'confirmEmail', 'undoEmail'];

/** The JSON that a sample printed, after any header. */
function printedBody(printed: string): unknown {
  return JSON.parse(/^[{[][^]*$/m.exec(printed)?.[0] ?? 'null');
}

/** What is wrong with what a sample did; undefined where all is well. */
async function complaintAbout(operation: DocumentedOperation, language: string): Promise<string | undefined> {
  const { operationId, method, responses } = operation;
  try {
    const TOKEN = await arrange(operation);
    const printed = await runProgram(language, sampleOf(operation, language), { TOKEN, ...PASSWORDS });
    const headers = new Headers();
    if (responses['200']?.headers?.Authorization !== undefined) {
      const [, jwt = ''] = /^(?:authorization: )?Bearer (\S+)/im.exec(printed) ?? [];
      expect((await client.get('/user/me', jwt)).status).toBe(200);
      headers.set('authorization', `Bearer ${jwt}`);
    }
    if (responses['200']?.headers?.['Cache-Control'] !== undefined) headers.set('cache-control', 'is not printed');
    const inHeaders = responses['200']?.content === undefined;
    if (inHeaders)
      for (const [, name = '', value = ''] of printed.matchAll(/^(x-[\w-]+): (.*?)\r?$/gim)) headers.set(name, value);
    expect(headers.has('x-user-id')).toBe(operationId === 'verifyCredential');
    const type = inHeaders ? '' : 'application/json';
    const answer = { status: 200, headers, type, body: inHeaders ? undefined : printedBody(printed) };
    client.contract.check(method, samplePath(operation), answer);
    return undefined;
  } catch (error) {
    return `${operationId}: ${String(error)}`;
  }
}

describe('Every sample of the reference', () => {
  it('is there, in the order of the Slate document', () => {
    for (const { operationId, 'x-codeSamples': samples = [] } of operations) {
      expect([operationId, samples.map(({ lang }) => lang)]).toEqual([operationId, LANGUAGES]);
    }
  });

  it.each(installed)(
    'succeeds as it stands, and prints the answer: %s',
    async (language) => {
      const complaints: (string | undefined)[] = [];
      const tried = distinct(language);
      expect(new Set(tried.map(({ method }) => method)).size).toBeGreaterThan(2);
      for (const operation of tried) complaints.push(await complaintAbout(operation, language));
      expect(complaints.filter((complaint) => complaint !== undefined)).toEqual([]);
    },
    LANGUAGE_LIMIT_MS,
  );

  it('would be missed if it failed', async () => {
    const [operation] = operations.filter(({ operationId }) => operationId === 'getCurrentUser');
    const [language] = installed;
    if (operation === undefined || language === undefined) throw new Error('Nothing to try');
    const broken = { ...operation, 'x-codeSamples': [{ lang: language, source: 'curl -s "$TOKEN"; false' }] };
    expect(await complaintAbout(broken, language)).toMatch(/^getCurrentUser: /);
    const refused = sampleOf(operation, language).replaceAll('Bearer', 'Bearer not');
    const unauthorized = { ...operation, 'x-codeSamples': [{ lang: language, source: refused }] };
    expect(await complaintAbout(unauthorized, language)).toMatch(/differs from the document/);
  });
});

describe('The JWT of a login is what the next sample takes', () => {
  const LOGINS = ['logIn', 'logInWithEmail', 'changePassword', 'renewToken'] as const;
  const find = (id: string): DocumentedOperation => {
    const found = operations.find(({ operationId }) => operationId === id);
    if (found === undefined) throw new Error(`No such operation: ${id}`);
    return found;
  };

  it.each(installed.filter((language) => language !== 'javascript'))('%s', async (language) => {
    for (const login of LOGINS) {
      const TOKEN = await arrange(find(login));
      const both = `${sampleOf(find(login), language)}\n${sampleOf(find('getCurrentUser'), language)}`;
      const printed = await runProgram(language, both, { ...PASSWORDS, ...(login === 'renewToken' ? { TOKEN } : {}) });
      const me = /^\{[^\n]*"Credential"[^\n]*\}$/m.exec(printed)?.[0] ?? '{}';
      expect([login, JSON.parse(me)]).toEqual([
        login,
        expect.objectContaining({ Username: expect.any(String) as string }),
      ]);
    }
  });

  // Its samples end before their answer comes: who pastes them waits for it.
  it('javascript, pasted one after the other', async () => {
    for (const login of LOGINS) {
      const TOKEN = await arrange(find(login));
      const env = { PATH: process.env.PATH, ...PASSWORDS, ...(login === 'renewToken' ? { TOKEN } : {}) };
      const repl = spawn('node', ['--interactive'], { env });
      let printed = '';
      const paste = (sample: string, answer: RegExp): Promise<void> =>
        new Promise((resolve) => {
          repl.stdout.on('data', (chunk: Buffer) => {
            printed += chunk.toString();
            if (answer.test(printed)) resolve();
          });
          repl.stdin.write(`${sample}\n`);
        });
      // The answer is printed before the JWT is kept, in the same turn.
      await paste(sampleOf(find(login), 'javascript'), /\n> [^]*(?:"status":|"Token":)[^]*\}\n$/);
      await paste(sampleOf(find('getCurrentUser'), 'javascript'), /"Credential"|"error"/);
      repl.stdin.end();
      await once(repl, 'close');
      expect([login, printed]).toEqual([login, expect.stringContaining('"Credential"')]);
    }
  });
});

describe('The answer next to a sample', () => {
  const exampleOf = (id: string): unknown => {
    const operation = operations.find(({ operationId }) => operationId === id);
    return operation?.responses['200']?.content?.['application/json']?.example;
  };

  it('is the one that the sample gets: of the same user, with what was sent and nothing else', () => {
    for (const id of ['logIn', 'renewToken', 'getCurrentUser', 'changePassword'])
      expect([id, exampleOf(id)]).toEqual([
        id,
        expect.objectContaining({ Username: ADMIN.username, Email: ADMIN.email, Firstname: '' }),
      ]);
    const { username, email, roles } = bodyOf('addUser') as { username: string; email: string; roles: string[] };
    expect(exampleOf('addUser')).toMatchObject({ Username: username, Email: email, Roles: roles });
    expect(exampleOf('addUser')).not.toHaveProperty('Kind');
    expect(exampleOf('updateUser')).toMatchObject({ Roles: (bodyOf('updateUser') as { roles: string[] }).roles });
    const { name, scopes } = bodyOf('addAuthHeader') as { name: string; scopes: string[] };
    expect(Object.keys(exampleOf('addAuthHeader') as object)).toEqual(['id', 'name', 'token', 'created', 'scopes']);
    expect(exampleOf('addAuthHeader')).toMatchObject({ name, scopes });
  });

  it('has another token after a rotation, and the old one masked', () => {
    const { text } = bodyOf('rotateAuthHeader') as { text: string };
    const { token, previousToken } = exampleOf('rotateAuthHeader') as { token: string; previousToken: string };
    expect([token === text, previousToken]).toEqual([false, mask(text)]);
    expect(isWellFormed(token)).toBe(true);
  });

  it('expires in the future', () => {
    const examples = operations.map(({ operationId }) => JSON.stringify(exampleOf(operationId) ?? null)).join('\n');
    const expiries = [...examples.matchAll(/"(?:\w*[eE]xpires|PasswordExpiration)":"([^"]*)"/g)].map(
      ([, time = '']) => time,
    );
    expect(expiries.length).toBeGreaterThan(5);
    expect(expiries.filter((time) => Date.parse(time) < Date.now())).toEqual([]);
  });
});

describe('A sample sends what it says', () => {
  const NASTY = "it's \"so\" \\ $HOME `id` $(id) #{1} #$0 %s {x} ${y} \t\n\r\u0001\u007f\u2028 é 漢 😀 ''' @file";
  const BODY = {
    plain: NASTY,
    [NASTY]: [NASTY, 'x'.repeat(100)],
    __proto: null,
    'two words': { yes: true, no: false, none: null, list: [], object: {}, number: -1.5e-7, large: 1e21 },
    end: 1,
    Id: '',
  };

  it.each(installed)('whatever is in it: %s', async (language) => {
    const seen: unknown[] = [];
    const echo = createServer((request, response) => {
      void text(request).then((body) => {
        const { method, url: asked = '', headers } = request;
        seen.push([method, decodeURIComponent(asked), headers.authorization, JSON.parse(body)]);
        response.end('{}');
      });
    });
    await once(echo.listen(0, '127.0.0.1'), 'listening');
    const path = `/${encodeURIComponent(NASTY)}?q=${encodeURIComponent(NASTY)}`;
    const url = `http://127.0.0.1:${(echo.address() as AddressInfo).port}${path}`;
    const samples = codeSamples({ method: 'POST', url, isGuarded: true, body: BODY });
    const { source = '' } = samples.find(({ lang }) => lang === language) ?? {};
    await runProgram(language, source, { TOKEN: ECHO_TOKEN });
    await new Promise((resolve) => echo.close(resolve));
    expect(seen).toEqual([['POST', decodeURIComponent(path), `Bearer ${ECHO_TOKEN}`, BODY]]);
  });
});

describe('The samples call the server that shows them', () => {
  async function shown(headers: Record<string, string>, from?: string): Promise<string> {
    const all = { Host: 'localhost', Connection: 'close', ...headers, ...(from && { 'X-Forwarded-For': from }) };
    const lines = Object.entries(all).map((pair) => pair.join(': '));
    // The whole document would take longer to parse than the server takes to send it.
    const received = await sendRaw(server, ['GET /openapi.json HTTP/1.1', ...lines, '', ''].join('\r\n'));
    return /"source":"curl '([^']*)\/health\/live'"/.exec(received)?.[1] ?? '';
  }

  it.each([
    ['api.example.com', 'http://api.example.com'],
    ['API.example.com:8080', 'http://api.example.com:8080'],
    ['[2001:db8::1]:3000', 'http://[2001:db8::1]:3000'],
    ['my_service:80', 'http://my_service'],
  ])('asked as %s', async (Host, origin) => {
    expect(await shown({ Host })).toBe(origin);
  });

  it.each([
    '$(id)',
    "x'y",
    'x"y',
    'x`y',
    'a/b',
    'user@host',
    'a b',
    '#{x}',
    'a:99999',
    'a:b',
    '-',
    '[::g]',
    '[::1',
    '',
  ])('and not whatever stands in a Host header: %j', async (Host) => {
    expect(await shown({ Host })).toBe(server.url);
  });

  it('by the name that a trusted proxy was asked by, and nobody else', async () => {
    const forwarded = { 'X-Forwarded-Host': 'api.example.com', 'X-Forwarded-Proto': 'https' };
    expect(await shown(forwarded, '192.0.2.7')).toBe('https://api.example.com');
    const bare = await startServer();
    const other = await Client.of(bare);
    const { body } = await other.callRaw<OpenApi>('GET', '/openapi.json', forwarded);
    expect(body.paths['/health/live']?.get?.['x-codeSamples']?.[0]?.source).toBe(`curl 'http://localhost/health/live'`);
    await bare.stop();
  });

  it('however many names it is asked by', async () => {
    for (let count = 0; count < 10; count++) expect(await shown({ Host: `h${count}` })).toBe(`http://h${count}`);
    expect(await shown({ Host: 'h0' })).toBe('http://h0');
  });
});
