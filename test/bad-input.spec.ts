import { cheapProgram } from './support/changed-program.js';
import { type Answer, claimsOf, newAddress } from './support/client.js';
import { type DocumentedOperation, samplePath, takesForm } from './support/openapi.js';
import { ADMIN, BEHIND_PROXY, MAIL_SETTINGS } from './support/server.js';
import { useServer } from './support/use-server.js';

/** What stands in for a field, as JSON text. */
const VALUES: Record<string, string> = {
  null: 'null',
  true: 'true',
  'a number': '1',
  'a huge number': '1e400',
  'an array': '[]',
  'an array of arrays': '[[],[null]]',
  'an object': '{}',
  'an object that asks to be one of Object': '{"toString":null,"constructor":1,"length":-1}',
  'an empty text': '""',
  '10 000 characters': `"${'x'.repeat(10_000)}"`,
  'an emoji': '"😀"',
  'a NUL': '"\\u0000"',
  'a lone surrogate': '"\\ud800"',
  __proto__: '"__proto__"',
};
/** What is deep stands in for a body, and for one of its fields. All that fits into 16 KiB, and more than fits. */
const DEEP_VALUES: Record<string, string> = {
  '8 000 arrays': '['.repeat(8000) + ']'.repeat(8000),
  '2 600 objects': '{"a":'.repeat(2600) + '1' + '}'.repeat(2600),
  '8 000 objects': '{"a":'.repeat(8000) + '1' + '}'.repeat(8000),
};
const values = [
  ...Object.entries(VALUES).map(([name, value]) => [name, value, Infinity] as const),
  ...Object.entries(DEEP_VALUES).map(([name, value]) => [name, value, 2] as const),
];
const UNKNOWN_FIELDS = ['nonsense', '__proto__', 'constructor', 'prototype', 'toString', '', 'a.b', '😀', '\u0000'];
const TEXTS = ['', ' ', 'null', 'true', '[]', '[{}]', '[[[]]]', '1', '"x"', '{', '{}', '{}{}', 'undefined', '\u0000'];

type Path = (string | number)[];

interface BadRequest {
  readonly label: string;
  readonly text: string;
  /** The field that is to be named, if one is. */
  readonly field?: string;
  /** Whether it is to be refused even where the document, which sees no text, would take it. */
  readonly refused?: boolean;
}

const { server, client } = useServer({
  env: { ...BEHIND_PROXY, ...MAIL_SETTINGS },
  get main() {
    return cheapProgram();
  },
});
let authorization: string;
let withBody: DocumentedOperation[];

beforeAll(async () => {
  const jwt = await client.logIn();
  authorization = `Bearer ${jwt}`;
  const leaver = { username: 'leaver', email: 'leaver@example.com', password: ADMIN.password };
  await client.post('/user/add', leaver, jwt);
  withBody = client.contract
    .operations()
    .filter((operation) => operation.requestBody !== undefined && !takesForm(operation));
});

/** Each request comes from an address of its own: so many bad logins from one would be throttled. */
async function headersFor({ operationId, security }: DocumentedOperation): Promise<Record<string, string>> {
  const from = { 'x-forwarded-for': newAddress() };
  if (security.length === 0) return from;
  // A logout that succeeds ends the sessions of somebody else.
  const isLogout = operationId === 'logOut';
  return { ...from, authorization: isLogout ? `Bearer ${await client.logIn('leaver')}` : authorization };
}

/**
 * A body with every field. A change of a password takes one of two names, and refuses both, and so do the second step of a login
 * with two proofs and what names an auth header. The auth headers are the caller's own here.
 */
function wholeBodyOf(operation: DocumentedOperation): unknown {
  const body = client.contract.wholeBody(operation) as Record<string, unknown>;
  if (operation.operationId === 'changePassword') {
    delete body.email;
    // Any text is taken for a user without a second factor, and would so change the password of the example.
    delete body.otp;
  }
  if (operation.operationId === 'completeLogin') delete body.passkey;
  if ('text' in body) delete body.id;
  if (operation.operationId.endsWith('AuthHeader') && 'userId' in body) {
    body.userId = claimsOf(authorization.slice('Bearer '.length)).sub;
    delete body.username;
  }
  return body;
}

/** Sends them all to every operation that takes a body; answers what was wrong with the answers. */
async function complaintsAbout(make: (example: unknown) => BadRequest[]): Promise<string[]> {
  const complaints: (string | undefined)[] = [];
  for (const operation of withBody) {
    for (const { label, text, field, refused = false } of make(wholeBodyOf(operation))) {
      const headers = await headersFor(operation);
      const answer = client.call('POST', samplePath(operation), { body: text, headers });
      const checkAnswer = (given: Answer) =>
        complaintAbout(given, field, refused || isRefusedByDocument(operation, text));
      complaints.push(await messageOf(`${operation.operationId}, ${label}`, answer, checkAnswer));
    }
    // One of its bodies may say that the keys are compromised, which ends every session.
    if (operation.operationId === 'rotateSigningKeys') authorization = `Bearer ${await client.logIn()}`;
  }
  return complaints.filter((complaint) => complaint !== undefined);
}

/** What is wrong with an answer. The client itself complains of anything that is not JSON or not documented. */
async function messageOf(
  where: string,
  answer: Promise<Answer>,
  checkAnswer: (answer: Answer) => string | undefined,
): Promise<string | undefined> {
  try {
    const given = await answer;
    const complaint = checkAnswer(given);
    return complaint === undefined ? undefined : `${where}: ${complaint}: ${given.text}`;
  } catch (error) {
    return `${where}: ${String(error)}`;
  }
}

function complaintAbout(
  { status, text, body }: Answer,
  field: string | undefined,
  mustRefuse: boolean,
): string | undefined {
  if (status >= 500) return 'our fault';
  if (mustRefuse && status !== 400 && status !== 413) return 'it is to be refused, the server does not';
  if (text === '' || body.code !== 'invalid_fields') return undefined;
  const details = body.details as { field: string; message: string }[] | undefined;
  if (details === undefined || details.length === 0) return 'names no field';
  if (details.some(({ message }) => message === '')) return 'gives no reason';
  const isNamed = field === undefined || details.some((one) => `${one.field}.`.startsWith(`${field}.`));
  return isNamed ? undefined : `does not name ${field}`;
}

function isRefusedByDocument(operation: DocumentedOperation, text: string): boolean {
  if (text === '') return operation.requestBody?.required === true;
  try {
    return !client.contract.takes(operation, JSON.parse(text));
  } catch {
    return true;
  }
}

/** Where a body has fields, its own place among them. */
function placesIn(node: unknown, path: Path = []): Path[] {
  if (typeof node !== 'object' || node === null) return [path];
  const entries: [string | number, unknown][] = Array.isArray(node) ? [...node.entries()] : Object.entries(node);
  return [path, ...entries.flatMap(([key, child]) => placesIn(child, [...path, key]))];
}

/** The body's text with another text in one place. */
function replaced(node: unknown, [key, ...rest]: Path, text: string): string {
  if (key === undefined) return text;
  const parts = Object.entries(node as object).map(([name, child]) => {
    const value = name === String(key) ? replaced(child, rest, text) : JSON.stringify(child);
    return Array.isArray(node) ? value : `${JSON.stringify(name)}:${value}`;
  });
  return Array.isArray(node) ? `[${parts.join()}]` : `{${parts.join()}}`;
}

const at = (node: unknown, path: Path): unknown =>
  path.reduce<unknown>((parent, key) => (parent as Record<string, unknown>)[key], node);

/** A field within an array is named by its array. */
const nameOf = (path: Path): string => path.filter((key) => typeof key === 'string').join('.');

describe('No body is our fault, and every refusal is JSON that names the field', () => {
  it.each(values)(
    'when a field, or the body, is %s',
    async (_, value, places) => {
      const complaints = await complaintsAbout((example) =>
        placesIn(example)
          .slice(0, places)
          .map((path) => ({
            label: `/${path.join('/')}`,
            text: replaced(example, path, value),
            ...(path.length === 0 ? {} : { field: nameOf(path) }),
          })),
      );
      expect(complaints).toEqual([]);
    },
    20_000,
  );

  it.each(UNKNOWN_FIELDS)('when there is an unknown field %j', async (name) => {
    const complaints = await complaintsAbout((example) =>
      placesIn(example).flatMap((path) => {
        const parent = at(example, path);
        if (typeof parent !== 'object' || parent === null || Array.isArray(parent)) return [];
        const object = name === 'constructor' ? '{"prototype":{"admin":true}}' : '{"admin":true}';
        return ['1', object].map((value) => ({
          label: `/${path.join('/')}`,
          text: replaced(example, path, JSON.stringify(parent).replace(/\}$/, `,${JSON.stringify(name)}:${value}}`)),
          field: [...path, name].join('.'),
        }));
      }),
    );
    expect(complaints).toEqual([]);
  });

  it('when a field is missing', async () => {
    const complaints = await complaintsAbout((example) =>
      placesIn(example)
        .filter((path) => typeof path.at(-1) === 'string')
        .map((path) => {
          const parent = at(example, path.slice(0, -1)) as object;
          const rest = Object.fromEntries(Object.entries(parent).filter(([name]) => name !== path.at(-1)));
          const text = replaced(example, path.slice(0, -1), JSON.stringify(rest));
          return { label: `/${path.join('/')}`, text, field: nameOf(path) };
        }),
    );
    expect(complaints).toEqual([]);
  });

  it.each(TEXTS)('when its text is %j', async (text) => {
    expect(await complaintsAbout(() => [{ label: 'all of it', text }])).toEqual([]);
  });

  it('when a field is there twice', async () => {
    const complaints = await complaintsAbout((example) =>
      placesIn(example).flatMap((path) => {
        const parent = at(example, path);
        if (typeof parent !== 'object' || parent === null || Array.isArray(parent)) return [];
        const [name = ''] = Object.keys(parent);
        const text = JSON.stringify(parent);
        return [name, `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`].map((again) => ({
          label: `/${path.join('/')}`,
          text: replaced(example, path, text.replace(/\}$/, `,"${again}":${JSON.stringify(at(parent, [name]))}}`)),
          field: nameOf([...path, name]),
          refused: true,
        }));
      }),
    );
    expect(complaints).toEqual([]);
  });

  it('when no body is taken', async () => {
    const without = client.contract.operations().filter(({ requestBody }) => requestBody === undefined);
    const bodies = [
      ['application/json', '{'],
      ['application/json', 'null'],
      ['text/plain', 'x'],
      ['application/json', 'x'.repeat(20_000)],
    ] as const;
    const complaints: (string | undefined)[] = [];
    for (const operation of without) {
      const path = samplePath(operation).replace('/2', '/3');
      for (const [type, body] of bodies) {
        const headers = { authorization, 'content-type': type, 'content-length': String(body.length) };
        const answer = client.callRaw(operation.method, path, headers, body);
        const checkAnswer = (given: Answer) => complaintAbout(given, undefined, false);
        complaints.push(await messageOf(`${operation.operationId}, ${type} ${body.slice(0, 9)}`, answer, checkAnswer));
      }
    }
    expect(complaints.filter((complaint) => complaint !== undefined)).toEqual([]);
  });
});

describe('No URL is our fault', () => {
  const logInWith = (locale: string) => {
    const body = JSON.stringify({ account: { email: ADMIN.email, password: ADMIN.password } });
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    return client.callRaw('POST', `/${locale}/api/v1/accounts/login`, headers, body);
  };

  it.each([
    ['0', 404],
    ['3', 404],
    ['-1', 400],
    ['+1', 400],
    ['1e3', 400],
    ['0x1', 400],
    ['1.0', 400],
    ['1,2', 400],
    ['1;2', 400],
    ['99999999999', 400],
    ['9'.repeat(3000), 400],
    ['%00', 400],
    ['1%00', 400],
    ['%20', 400],
    ['..', 400],
    ['%2e%2e', 400],
    ['..%2f..%2fetc%2fpasswd', 400],
    ['%F0%9F%98%80', 400],
    ['😀', 400],
    ['%D9%A2', 400],
    ['%', 400],
    ['%C0%AF', 400],
    ['__proto__', 400],
    ["1'%20OR%20'1'='1", 400],
    ['1/2', 404],
  ])('with the kitten %s: %i', async (id, status) => {
    const answer = await client.callRaw('GET', `/api/kittens/${id}`, { authorization });
    expect(answer.status).toBe(status);
    if (answer.body.code === 'invalid_fields') {
      expect(answer.body.details).toEqual([{ field: 'id', message: expect.any(String) as string }]);
    }
  });

  it.each([
    ['EN', 'en'],
    ['en-US', 'en'],
    ['de-at', 'de'],
    ['fr-Latn-CA', 'fr'],
  ])('with the locale %s: %s', async (locale, language) => {
    const { status, headers } = await logInWith(locale);
    expect([status, headers.get('content-language')]).toEqual([200, language]);
  });

  it.each([
    ...[
      'e',
      'enn',
      'en-',
      'en_US',
      'en-US-',
      'en-!',
      'en%20',
      'en%00',
      '%00',
      '..',
      '%2e%2e',
      'en%2F',
      '%F0%9F%98%80',
      '*',
      '-',
    ],
    ...['__proto__', 'constructor', 'toString', 'length', '0'],
  ])('with the locale %s: 404', async (locale) => {
    const answer = await logInWith(locale);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ status: { error: expect.any(String) as string }, code: 'unknown_locale' });
  });

  it.each([
    ...[
      '?',
      '?&&&',
      '?a',
      '?=',
      '?a[b]=c',
      '?a[]=1&a[]=2',
      '?__proto__[x]=1',
      '?constructor.prototype.x=1',
      '?a=1?b=2',
    ],
    ...['?a=%00', '?a=%', '?a=%E0%A4%A', '?%F0%9F%98%80', `?${'a&'.repeat(5000)}`, `?a=${'x'.repeat(10_000)}`],
  ])('with the query %s, which is ignored', async (query) => {
    expect((await client.callRaw('GET', `/user/me${query}`, { authorization })).status).toBe(200);
  });
});

describe('After all that', () => {
  it('the process is still the same, and healthy', async () => {
    expect(server.process.exitCode).toBeNull();
    expect((await client.get('/health/ready')).status).toBe(200);
    expect((await client.call('GET', '/user/me', { headers: { authorization } })).status).toBe(200);
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });
});
