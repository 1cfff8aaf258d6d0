import { createGuard, type Guard, guardErrorOf } from '../src/guard/index.js';
import { claimsOf } from './support/client.js';
import { withClaims } from './support/forged-jwt.js';
import { useSharedServer } from './support/use-server.js';

const { server, client, database } = useSharedServer();
const HOUR_MS = 3_600_000;
const UNMET = 'insufficient_user_authentication';

/** What a check demands, of this server and of the guard library of a service. */
const DEMANDS = {
  '': {},
  'max_age=600': { maxAgeSeconds: 600 },
  'acr=aal1': { acr: 'aal1' },
  'acr=aal2': { acr: 'aal2' },
  'acr=aal2&max_age=600': { acr: 'aal2', maxAgeSeconds: 600 },
} as const;
const QUERIES = Object.keys(DEMANDS) as (keyof typeof DEMANDS)[];

/** The credentials, and which demands each meets. */
const MATRIX: Readonly<Record<string, readonly boolean[]>> = {
  'a fresh login with a password': [true, true, true, false, false],
  'a login of an hour ago with a password, renewed': [true, false, true, false, false],
  'a fresh login with two factors': [true, true, true, true, true],
  'a login of an hour ago with two factors, renewed': [true, false, true, true, false],
  'a login in the future': [true, false, true, true, false],
  'a JWT of an older version': [true, true, true, false, false],
  'an auth header with every scope': [true, false, false, false, false],
  'the JWT of a machine login': [true, false, false, false, false],
};

const credentials: Record<string, string> = {};
let guard: Guard;

/** A JWT that is renewed now, of a login at another time or with other proofs. */
async function logIn(changes: { ageMs?: number; amr?: string }): Promise<string> {
  const jwt = await client.logIn();
  const { ageMs = 0, amr = 'pwd' } = changes;
  const created = new Date(Date.now() - ageMs).toISOString();
  const change = 'UPDATE session SET created = ?, amr = ? WHERE id = ?';
  await database.query(change, created, amr, claimsOf(jwt).sid);
  const { body } = await client.post<{ Token: string }>('/user/renew', undefined, jwt);
  return body.Token;
}

/** The code of the refusal of the guard library; undefined if it lets the credential pass. */
async function codeOf(credential: string, demand: object): Promise<string | undefined> {
  try {
    await guard.check(credential, demand);
    return undefined;
  } catch (error) {
    return guardErrorOf(error)?.code ?? String(error);
  }
}

beforeAll(async () => {
  const jwt = await client.logIn();
  const all = { name: 'all', scopes: ['admin', 'authheader:manage'] };
  const { id, token } = await client.addAuthHeader(jwt, all);
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: token });
  const granted = await client.call<{ access_token: string }>('POST', '/oauth/token', { body });
  const unsaid = { auth_time: undefined, acr: undefined, amr: undefined };
  Object.assign(credentials, {
    'a fresh login with a password': jwt,
    'a login of an hour ago with a password, renewed': await logIn({ ageMs: HOUR_MS }),
    'a fresh login with two factors': await logIn({ amr: 'pwd otp mfa' }),
    'a login of an hour ago with two factors, renewed': await logIn({ ageMs: HOUR_MS, amr: 'hwk user mfa' }),
    'a login in the future': await logIn({ ageMs: -HOUR_MS, amr: 'pwd otp mfa' }),
    'a JWT of an older version': await withClaims(await client.logIn(), unsaid, server, database),
    'an auth header with every scope': token,
    'the JWT of a machine login': granted.body.access_token,
  });
  guard = createGuard({ url: server.url, authHeader: token });
  await guard.ready();
});
afterAll(() => {
  guard.close();
});

describe('A demand on the login behind a credential is met, here and in the guard library, by what meets it alone:', () => {
  it.each(Object.entries(MATRIX))('%s', async (name, expected) => {
    const credential = credentials[name] ?? '';
    for (const [index, query] of QUERIES.entries()) {
      const met = expected[index] === true;
      // The second time, the credential and the check are remembered.
      for (let time = 1; time <= 2; time++) {
        const answer = await client.call<{ code: string } | undefined>('GET', `/auth/verify?${query}`, {
          headers: { authorization: credential },
        });
        expect([query, answer.status, answer.body?.code]).toEqual([query, met ? 200 : 401, met ? undefined : UNMET]);
        expect([query, await codeOf(credential, DEMANDS[query])]).toEqual([query, met ? undefined : UNMET]);
      }
    }
  });
});

it('The refusal says what is demanded, in the words of RFC 9470', async () => {
  const authorization = credentials['a fresh login with a password'] ?? '';
  const { headers, body } = await client.call('GET', '/auth/verify?max_age=600&acr=aal2', {
    headers: { authorization },
  });
  const reason = 'error_description="A more recent or a stronger login is required"';
  const challenge = `Bearer realm="elastic-personas", error="${UNMET}", ${reason}, acr_values="aal2", max_age="600"`;
  expect(headers.get('www-authenticate')).toBe(challenge);
  expect(body).toMatchObject({ code: UNMET, statusCode: 401 });
});

it('A login that is remembered is found too old as soon as it is', async () => {
  const jwt = await logIn({ ageMs: HOUR_MS });
  const statusOf = async (maxAge: number) =>
    (await client.call('GET', `/auth/verify?max_age=${maxAge}`, { headers: { authorization: jwt } })).status;
  for (let time = 1; time <= 3; time++) expect(await statusOf(3660)).toBe(200);
  const agedSeconds = Math.floor(Date.now() / 1000) - claimsOf(jwt).auth_time;
  expect(await statusOf(agedSeconds - 1)).toBe(401);
});
