import { REMEDIES, remedyUrl } from '../../src/errors/remedies.js';
import { en } from '../../src/i18n/en.js';
import { type Answer, type Call, claimsOf, newAddress } from '../support/client.js';
import { withClaims } from '../support/forged-jwt.js';
import { ADMIN } from '../support/server.js';
import { useSharedServer } from '../support/use-server.js';

/** The part of a refusal from which a newcomer has to be able to go on. */
interface Expected {
  status: number;
  code: string;
  message: string;
  /** Of each field, what is wrong with it. */
  details?: Record<string, string>;
}
type Row = readonly [mistake: string, method: string, path: string, call: Call | (() => Call), expected: Expected];

const { server, client, database } = useSharedServer();
const BEARER = 'send the header Authorization: Bearer TOKEN, where TOKEN is a JWT or an auth header.';
const SOME_FIELDS = 'Some fields are missing, unknown or not valid.';

let jwt: string;
let expired: string;
let apiKey: string;
let oneTime: { username: string; password: string };
const asAdmin = (call: Call = {}): Call => ({ ...call, headers: { authorization: `Bearer ${jwt}`, ...call.headers } });
const authorized = (value: () => string) => (): Call => ({ headers: { authorization: value() } });

beforeAll(async () => {
  jwt = await client.logIn();
  expired = await withClaims(jwt, { exp: claimsOf(jwt).iat - 1 }, server, database);
  const added = await client.addAuthHeader(jwt, { name: 'mistakes' });
  apiKey = added.token;
  await database.query('UPDATE auth_header SET expires = ? WHERE id = ?', '2020-01-01T00:00:00.000Z', added.id);
  const user = { username: 'mistakes-newcomer', email: 'mistakes-newcomer@example.com' };
  const { body } = await client.post<{ InitialPassword: string }>('/user/add', user, jwt);
  oneTime = { username: user.username, password: body.InitialPassword };
});

const unauthorized = (code: string, message: string): Expected => ({ status: 401, code, message });
const badRequest = (details: Record<string, string>, message = SOME_FIELDS): Expected => {
  return { status: 400, code: 'invalid_fields', message, details };
};
const malformed = (message: string): Expected => ({ status: 400, code: 'malformed_json', message });
const noPath = (path: string): Expected => {
  return { status: 404, code: 'unknown_path', message: `There is no such path; did you mean ${path}?` };
};

const FORM = { contentType: 'application/x-www-form-urlencoded', body: 'username=admin&password=x' };
const UNSUPPORTED: Expected = {
  status: 415,
  code: 'unsupported_media_type',
  message: 'The body must be JSON, with the header Content-Type: application/json.',
};

const MISTAKES: readonly Row[] = [
  ['a form in place of JSON', 'POST', '/user/login', FORM, UNSUPPORTED],
  ['no content type', 'POST', '/user/login', { body: '{}', contentType: 'text/plain' }, UNSUPPORTED],
  [
    'GET in place of POST',
    'GET',
    '/user/login',
    {},
    { status: 405, code: 'method_not_allowed', message: 'This path does not support GET; use POST.' },
  ],
  [
    'DELETE where POST deletes',
    'DELETE',
    '/authheader/delete',
    {},
    { status: 405, code: 'method_not_allowed', message: 'This path does not support DELETE; use POST.' },
  ],
  [
    'a page of another origin',
    'OPTIONS',
    '/user/login',
    { headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' } },
    {
      status: 405,
      code: 'method_not_allowed',
      message:
        'Pages of this origin may not call the server; its operator can allow them with the setting CORS_ORIGINS.',
    },
  ],
  ['no credential', 'GET', '/user/me', {}, unauthorized('credential_required', `A credential is required: ${BEARER}`)],
  ...['Token', 'Basic', 'ApiKey'].map((scheme): Row => [
    `the scheme ${scheme}`,
    'GET',
    '/user/me',
    { headers: { authorization: `${scheme.toLowerCase()} dTpw` } },
    unauthorized('credential_required', `The scheme ${scheme} is not supported: ${BEARER.replace('the header ', '')}`),
  ]),
  [
    'a scheme that may be a secret',
    'GET',
    '/user/me',
    { headers: { authorization: 'hunter2 dTpw' } },
    unauthorized(
      'credential_required',
      `The scheme of the Authorization header is not supported: ${BEARER.replace('the header ', '')}`,
    ),
  ],
  ...['Bearer Bearer x', 'Bearer: x', 'Bearer\tx'].map((value): Row => [
    JSON.stringify(value),
    'GET',
    '/user/me',
    { headers: { authorization: value } },
    unauthorized(
      'invalid_token',
      'The credential is not valid: send the word Bearer once, then one blank, then the token, as in Authorization: Bearer TOKEN.',
    ),
  ]),
  ...['Bearer "x"', "Bearer 'x'", 'Bearer <x>', '"Bearer x"'].map((value): Row => [
    value,
    'GET',
    '/user/me',
    { headers: { authorization: value } },
    unauthorized('invalid_token', 'The credential is not valid: send it without quotation marks or brackets.'),
  ]),
  [
    'a JWT as an API key',
    'GET',
    '/user/me',
    () => ({ headers: { 'x-api-key': jwt } }),
    unauthorized('invalid_token', 'X-API-Key is for auth headers only: send a JWT as Authorization: Bearer TOKEN.'),
  ],
  ...['token', 'access_token', 'api_key', 'Authorization'].map((name): Row => [
    `the credential in the URL, as ${name}`,
    'GET',
    `/user/me?${name}=x`,
    {},
    unauthorized(
      'credential_required',
      'A credential is required in a header: send Authorization: Bearer TOKEN. The URL is not read for one, because URLs end up in logs.',
    ),
  ]),
  [
    'a JWT that has expired',
    'GET',
    '/user/me',
    authorized(() => expired),
    unauthorized(
      'token_expired',
      'The JWT has expired: log in again. POST /user/renew replaces one that is still valid.',
    ),
  ],
  [
    'an auth header that has expired',
    'GET',
    '/user/me',
    authorized(() => apiKey),
    unauthorized('token_expired', 'The auth header has expired: make a new one with POST /authheader/add.'),
  ],
  [
    'a JWT of somebody else',
    'GET',
    '/user/me',
    authorized(() => `${jwt.slice(0, -8)}AAAAAAAA`),
    unauthorized('invalid_token', 'The credential is not valid.'),
  ],
  ['a slash at the end', 'GET', '/user/me/', {}, noPath('/user/me')],
  ['two slashes', 'GET', '//user/me', {}, noPath('/user/me')],
  ['capital letters in the path', 'GET', '/User/Me', {}, noPath('/user/me')],
  ['another path', 'POST', '/auth-headers/add', {}, noPath('/authheader/add')],
  ['part of a path', 'POST', '/login', {}, noPath('/user/login')],
  [
    'a capital letter in a name',
    'POST',
    '/user/login',
    { body: { Username: 'admin', password: 'x' } },
    badRequest({ Username: 'is not a known field; did you mean username?', username: 'is required' }),
  ],
  [
    'a value of another type',
    'POST',
    '/user/login',
    { body: { username: 7, password: null } },
    badRequest({ username: 'must be a string', password: 'must be a string' }),
  ],
  [
    'a field of another door',
    'POST',
    '/en/api/v1/accounts/login',
    { body: { email: 'a@example.com', password: 'x' } },
    badRequest({ email: 'is not a known field', password: 'is not a known field', account: 'is required' }),
  ],
  ...['"text"', '[]', '7', 'null', 'true'].map((body): Row => [
    `a body that is no object: ${body}`,
    'POST',
    '/user/login',
    { body },
    badRequest({ '': 'must be an object' }, 'The body must be a JSON object.'),
  ]),
  [
    'an empty body',
    'POST',
    '/user/login',
    { body: '' },
    badRequest({ username: 'is required', password: 'is required' }, 'The body is empty; it must be a JSON object.'),
  ],
  [
    'a comma at the end',
    'POST',
    '/user/login',
    { body: '{"username":"admin",}' },
    malformed('The body is not valid JSON: a comma must not be followed by a closing bracket, at line 1, column 21.'),
  ],
  [
    'single quotes',
    'POST',
    '/user/login',
    { body: "{'username':'admin'}" },
    malformed('The body is not valid JSON: names and strings must be in double quotes, at line 1, column 2.'),
  ],
  [
    'half a body',
    'POST',
    '/user/login',
    { body: '{"username":"adm' },
    malformed('The body is not valid JSON: it ends before it is complete.'),
  ],
  [
    'a one-time password',
    'POST',
    '/user/login',
    () => ({ body: oneTime }),
    {
      status: 403,
      code: 'password_change_required',
      message: 'This is a one-time password: change it with POST /user/password, which logs in as well.',
    },
  ],
  [
    'a one-time password at the other door',
    'POST',
    '/en/api/v1/accounts/login',
    () => ({ body: { account: { email: `${oneTime.username}@example.com`, password: oneTime.password } } }),
    {
      status: 403,
      code: 'password_change_required',
      message: 'This is a one-time password: change it with POST /user/password, which logs in as well.',
    },
  ],
  ...['Admin', 'ADMIN', 'aDmin'].map((role): Row => [
    `the role ${role}`,
    'POST',
    '/user/add',
    () => asAdmin({ body: { username: 'mistakes-role', email: 'mistakes-role@example.com', roles: [role] } }),
    badRequest({ roles: 'must be spelt admin, in small letters' }),
  ]),
  ...['Admin', 'AuthHeader:Manage'].map((scope): Row => [
    `the scope ${scope}`,
    'POST',
    '/authheader/add',
    () => asAdmin({ body: { name: 'mistakes-scope', scopes: ['orders:read', scope] } }),
    badRequest({ scopes: `must be spelt ${scope.toLowerCase()}, in small letters` }),
  ]),
  [
    'a check for a role that nobody can have',
    'GET',
    '/auth/verify?role=Admin&scopes=x',
    () => asAdmin(),
    {
      status: 403,
      code: 'invalid_check',
      message: 'The proxy asks for a check with parameters that are not valid.',
      details: { role: 'must be spelt admin, in small letters', scopes: 'is not a known field; did you mean scope?' },
    },
  ],
  [
    'a username that is taken',
    'POST',
    '/user/add',
    () => asAdmin({ body: { username: oneTime.username.toUpperCase(), email: 'mistakes-other@example.com' } }),
    {
      status: 409,
      code: 'already_taken',
      message: 'Another user has that username or e-mail address.',
      details: { username: 'is taken by another user' },
    },
  ],
  [
    'an e-mail address that is taken',
    'POST',
    '/user/add',
    () => asAdmin({ body: { username: 'mistakes-other', email: `${oneTime.username}@example.com` } }),
    {
      status: 409,
      code: 'already_taken',
      message: 'Another user has that username or e-mail address.',
      details: { email: 'is taken by another user' },
    },
  ],
  [
    'a mistyped parameter',
    'GET',
    '/user/list?limt=5',
    () => asAdmin(),
    badRequest({ limt: 'is not a known field; did you mean limit?' }),
  ],
  [
    'a parameter that there is not',
    'GET',
    '/user/list?page=2',
    () => asAdmin(),
    badRequest({ page: 'is not a known field' }),
  ],
  [
    'a key of another user',
    'POST',
    '/authheader/delete',
    () => asAdmin({ body: { text: '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d' } }),
    {
      status: 404,
      code: 'not_found',
      message: 'You have no such auth header. Administrators revoke those of others with POST /authheader/revoke.',
    },
  ],
  [
    'a language that there is not',
    'POST',
    '/pt/api/v1/accounts/login',
    { body: { account: { email: 'a@example.com', password: 'x' } } },
    { status: 404, code: 'unknown_locale', message: 'There is no such locale; there are: en, de, fr, es, ml, ar.' },
  ],
];

describe('The answer alone says how to go on after', () => {
  it.each(MISTAKES)('%s', async (_mistake, method, path, call, expected) => {
    const made = typeof call === 'function' ? call() : call;
    const { headers = {}, body } = made;
    const answer = path.startsWith('//')
      ? await client.callRaw(method, path, headers)
      : await client.call(
          method,
          path,
          body === '' ? { headers: { ...headers, 'content-type': 'application/json' } } : made,
        );
    expect(shown(answer)).toEqual({ details: undefined, ...expected });
    const isOurFormat = !path.includes('/accounts/');
    expect(answer.body.docs).toBe(isOurFormat ? `/docs#error-${expected.code}` : undefined);
  });

  it('too many wrong passwords', async () => {
    const here = client.from(newAddress());
    let answer: Answer | undefined;
    for (let attempt = 0; attempt < 11; attempt++) {
      answer = await here.post('/user/login', { username: 'mistakes-nobody', password: 'x' });
    }
    expect(answer && shown(answer)).toEqual({
      status: 429,
      code: 'too_many_attempts',
      message: 'Too many attempts; try again in 15 minutes.',
      details: undefined,
    });
    expect(Number(answer?.headers.get('retry-after'))).toBeGreaterThan(14 * 60);
  });

  it('an e-mail address at the door of usernames, as after any wrong password', async () => {
    const answer = await client.post('/user/login', { username: ADMIN.email, password: ADMIN.password });
    expect(shown(answer)).toMatchObject({
      status: 401,
      code: 'incorrect_credentials',
      message: 'Incorrect credentials',
    });
  });
});

describe('The remedies', () => {
  it('have an anchor on the reference page for each code', async () => {
    const page = await (await fetch(`${server.url}/docs`)).text();
    for (const [, , , , { code }] of MISTAKES) expect(page).toContain(`id="error-${code}"`);
  });

  it('and the messages name calls that there are', () => {
    const texts = [...Object.values(en), ...Object.values(REMEDIES).flatMap(({ cause, fix }) => [cause, fix])];
    const named = texts.flatMap((text) => text.match(/\b(?:GET|POST|DELETE) \/[\w/{}-]+/g) ?? []);
    const there = client.contract.operations().map(({ method, path }) => `${method} ${path}`);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((call) => !there.includes(call))).toEqual([]);
  });

  it('are linked from where PUBLIC_URL says', () => {
    expect(remedyUrl('token_expired', 'https://login.example.com/auth')).toBe(
      'https://login.example.com/auth/docs#error-token_expired',
    );
  });
});

describe('The password of a newcomer', () => {
  it('is set by the call that the refusal names', async () => {
    const newPassword = 'quite a long one, 3 words';
    const { status, body } = await client.post('/user/password', { ...oneTime, newPassword });
    expect([status, body.Token]).toEqual([200, expect.stringMatching(/^eyJ/)]);
    expect((await client.post('/user/login', { ...oneTime, password: newPassword })).status).toBe(200);
  });
});

function shown({ status, body }: Answer): Expected {
  const {
    status: ofAccounts,
    message,
    code,
    details,
  } = body as {
    status?: { error: string };
    message?: string;
    code: string;
    details?: { field: string; message: string }[];
  };
  return {
    status,
    code,
    message: message ?? ofAccounts?.error ?? '',
    details: details && Object.fromEntries(details.map((one) => [one.field, one.message])),
  };
}
