import type { IncomingMessage } from 'node:http';
import { ApiError } from '../errors/api-error.js';
import { authorize, type Principal as GuardPrincipal } from '../guard/principal.js';
import { type AuthHeaderCredential, type JwtCredential, Principal } from './principal.js';
import { VerifyCheck } from './verify-check.js';

const NOW_SECONDS = 1_800_000_000;
const JWT: JwtCredential = {
  kind: 'jwt',
  id: 'jti',
  sessionId: 'sid',
  expires: new Date(),
  issuer: 'us',
  issuedAtSeconds: 0,
  amr: ['pwd'],
  acr: 'aal1',
  authTimeSeconds: 0,
};

function withScopes(...scopes: string[]): AuthHeaderCredential {
  const bounds = { allowedIps: [], rateLimit: undefined, expires: null };
  return { kind: 'auth-header', id: 'id', tokenMark: '', name: 'n', scopes, ...bounds };
}

function principal(credential: JwtCredential | AuthHeaderCredential, ...roles: string[]): Principal {
  const [created, email] = [new Date(), 'user@example.com'];
  const names = { username: 'user', firstname: '', lastname: '' };
  return new Principal(
    { id: 'id', ...names, email, roles, kind: 'person', created, passwordChanged: created, passwordExpires: null },
    credential,
  );
}

function complaintsAbout(query: string): string[] {
  try {
    new VerifyCheck(`/auth/verify?${query}`);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'invalid_check')
      return (error.details ?? []).map(({ field, message }) => `${field}: ${message.key}`);
    throw error;
  }
  return [];
}

const requestWith = (headers: Record<string, string>) =>
  ({ headers, rawHeaders: Object.entries(headers).flat() }) as unknown as IncomingMessage;

const WITH_SCOPES = principal(withScopes('a', 'b', 'admin'), 'staff');
/** Logins with a password, and with a second factor too, in seconds before now. */
const logIn = (secondsAgo: number, acr: 'aal1' | 'aal2' = 'aal1', ...roles: string[]) =>
  principal({ ...JWT, acr, authTimeSeconds: NOW_SECONDS - secondsAgo }, ...roles);
/** The JWT of a machine login is an auth header's. */
const MACHINE = principal({ ...withScopes('a'), jwt: { id: 'jti', issuer: 'us', issuedAtSeconds: NOW_SECONDS } });
const OF_ADMIN = principal(withScopes('a'), 'admin');

/** As the guard library of a service knows it. */
function asGuarded({ kind, roles, scopes, userId, username, credential }: Principal): GuardPrincipal {
  const login =
    credential.kind === 'jwt'
      ? { authTime: new Date(credential.authTimeSeconds * 1000), acr: credential.acr, amr: credential.amr }
      : { authTime: null, acr: null, amr: [] };
  return { kind, roles, scopes, userId, username, credentialId: credential.id, expires: credential.expires, ...login };
}

/** Whether the guard library lets a principal pass that a query is about. Of several roles it requires one, so each by itself. */
function passesGuard(query: string, principal: Principal): boolean {
  const words = (name: string) => new URLSearchParams(query).getAll(name).flatMap((value) => value.split(' '));
  const requirements = [
    { scopes: words('scope') },
    ...words('role').map((role) => ({ roles: [role] })),
    ...words('max_age').map((maxAge) => ({ maxAgeSeconds: Number(maxAge) })),
    ...words('acr').map((acr) => ({ acr: acr as 'aal1' | 'aal2' })),
  ];
  try {
    for (const requirement of requirements) authorize(asGuarded(principal), requirement);
    return true;
  } catch {
    return false;
  }
}

describe('A check', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: NOW_SECONDS * 1000 });
  });
  afterEach(() => jest.useRealTimers());

  it.each<[string, Principal, boolean]>([
    ['', WITH_SCOPES, true],
    ['scope=a', WITH_SCOPES, true],
    ['scope=a&scope=b', WITH_SCOPES, true],
    ['scope=a+b', WITH_SCOPES, true],
    ['scope=a%20b', WITH_SCOPES, true],
    ['sc%6fpe=%61', WITH_SCOPES, true],
    ['scope=a&scope=c', WITH_SCOPES, false],
    ['scope=a%20c', WITH_SCOPES, false],
    ['scope=A', WITH_SCOPES, false],
    ['scope=a&role=staff', WITH_SCOPES, true],
    ['role=staff', WITH_SCOPES, true],
    ['role=staff+other', WITH_SCOPES, false],
    ['scope=c&role=staff', WITH_SCOPES, false],
    // The user is no administrator.
    ['scope=admin', WITH_SCOPES, false],
    ['role=admin', WITH_SCOPES, false],
    // An auth header is an administrator's with the scope only, as at the server's own routes.
    ['role=admin', OF_ADMIN, false],
    ['role=admin', principal(withScopes('admin'), 'admin'), true],
    ['role=admin&scope=admin', principal(JWT, 'admin'), true],
    ['scope=any:thing+authheader:manage', principal(JWT), true],
    ['scope=admin', principal(JWT), false],
    ['role=staff', principal(JWT), false],
    ['as=remote&optional=1', principal(JWT), true],
    ['scope=admin', OF_ADMIN, false],
    ['scope=admin', principal(withScopes('admin'), 'admin'), true],
    ['scope=authheader:manage', OF_ADMIN, false],
    ['scope=authheader:manage', principal(withScopes('authheader:manage')), true],
    ['max_age=600', logIn(600), true],
    ['max_age=600', logIn(601), false],
    ['max_age=600', logIn(601, 'aal2'), false],
    ['max_age=600', logIn(-3600), false],
    ['max_age=600', WITH_SCOPES, false],
    ['max_age=999999999', MACHINE, false],
    ['acr=aal1', logIn(86_400), true],
    ['acr=aal1', logIn(0, 'aal2'), true],
    ['acr=aal2', logIn(0, 'aal2'), true],
    ['acr=aal2', logIn(0), false],
    ['acr=aal1', WITH_SCOPES, false],
    ['acr=aal1', MACHINE, false],
    ['acr=aal2&max_age=600', logIn(60, 'aal2'), true],
    ['acr=aal2&max_age=600', logIn(660, 'aal2'), false],
    ['acr=aal2&max_age=600', logIn(60), false],
    // What the client of a proxy adds demands no less.
    ['max_age=600&max_age=86400', logIn(3600), false],
    ['max_age=86400&max_age=600', logIn(3600), false],
    ['acr=aal2&acr=aal1', logIn(0), false],
    ['acr=aal1+aal2', logIn(0), false],
    ['max_age=600&role=staff', logIn(60), false],
    ['max_age=600&role=staff', logIn(60, 'aal1', 'staff'), true],
  ])('of "%s" asks for all of it, here and in the guard library', (query, asked, expected) => {
    expect(new VerifyCheck(`/auth/verify?${query}`).isMetBy(asked)).toBe(expected);
    expect(passesGuard(query, asked)).toBe(expected);
  });

  it.each([
    ['page=1', 'page: is_not_a_known_field'],
    ['Scope=a', 'Scope: is_not_a_known_field_near'],
    ['scope[]=a', 'scope[]: is_not_a_known_field_near'],
    ['scopes=a', 'scopes: is_not_a_known_field_near'],
    ['__proto__=a', '__proto__: is_not_a_known_field'],
    ['constructor', 'constructor: is_not_a_known_field'],
    ['role=ADMIN', 'role: must_be_spelt'],
    ['scope=orders:read+Admin', 'scope: must_be_spelt'],
    ['scope=AuthHeader:manage', 'scope: must_be_spelt'],
    ['scope', 'scope: must_be_scopes'],
    ['scope=', 'scope: must_be_scopes'],
    ['scope=a++b', 'scope: must_be_scopes'],
    ['scope=%22', 'scope: must_be_scopes'],
    ['scope=a%0D%0AX: b', 'scope: must_be_scopes'],
    [`scope=${'a'.repeat(65)}`, 'scope: must_be_scopes'],
    ['scope=%zz', 'scope: is_not_valid'],
    ['scope=%e9', 'scope: is_not_valid'],
    ['role=a/orders', 'role: must_be_roles'],
    ['role=a,b', 'role: must_be_roles'],
    ['max_age=', 'max_age: must_be_whole_seconds'],
    ['max_age', 'max_age: must_be_whole_seconds'],
    ['max_age=0', 'max_age: must_be_whole_seconds'],
    ['max_age=-1', 'max_age: must_be_whole_seconds'],
    ['max_age=%2B1', 'max_age: must_be_whole_seconds'],
    ['max_age=1e3', 'max_age: must_be_whole_seconds'],
    ['max_age=0600', 'max_age: must_be_whole_seconds'],
    ['max_age=600.5', 'max_age: must_be_whole_seconds'],
    ['max_age=10m', 'max_age: must_be_whole_seconds'],
    ['max_age=600+', 'max_age: must_be_whole_seconds'],
    ['max_age=1000000000', 'max_age: must_be_whole_seconds'],
    ['max-age=600', 'max-age: is_not_a_known_field_near'],
    ['acr=', 'acr: must_be_one_of'],
    ['acr=AAL2', 'acr: must_be_one_of'],
    ['acr=aal3', 'acr: must_be_one_of'],
    ['acr=mfa', 'acr: must_be_one_of'],
    ['acr_values=aal2', 'acr_values: is_not_a_known_field'],
    ['optional=0', 'optional: must_be_one_of'],
    ['optional=true', 'optional: must_be_one_of'],
    ['optional', 'optional: must_be_one_of'],
    ['as=Remote', 'as: must_be_one_of'],
    ['optional=1?scope=a', 'optional: must_be_one_of'],
    ['optional=1;scope=a', 'optional: must_be_one_of'],
    [Array.from({ length: 51 }, () => 'scope=a').join('&'), 'scope: holds_too_many_values'],
  ])('of "%s" is refused: %s', (query, complaint) => {
    expect(complaintsAbout(query)).toEqual([complaint]);
    expect(complaintsAbout(`scope=a&${query}`)).toContain(complaint);
  });

  it('names no more mistakes than an answer should hold', () => {
    expect(complaintsAbout(Array.from({ length: 50 }, (_, index) => `p${index}=1`).join('&'))).toHaveLength(10);
  });

  it('names the scopes that were demanded in the challenge, and no role', () => {
    const challengeOf = (query: string) => new VerifyCheck(`/auth/verify?${query}`).refusalOf(OF_ADMIN).headers;
    const start = 'Bearer realm="elastic-personas", error="insufficient_scope"';
    expect(challengeOf('scope=a&scope=b&role=c')).toEqual({ 'www-authenticate': `${start}, scope="a b"` });
    expect(challengeOf('role=c')).toEqual({ 'www-authenticate': start });
  });

  it('names the login that was demanded in the challenge, and the lack of a right before it', () => {
    const refusalOf = (query: string) => new VerifyCheck(`/auth/verify?${query}`).refusalOf(OF_ADMIN);
    const start =
      'Bearer realm="elastic-personas", error="insufficient_user_authentication", ' +
      'error_description="A more recent or a stronger login is required"';
    const refusals = {
      'max_age=600': 'max_age="600"',
      'acr=aal2&scope=a&max_age=60': 'acr_values="aal2", max_age="60"',
    };
    for (const [query, parameters] of Object.entries(refusals)) {
      expect(refusalOf(query)).toMatchObject({
        code: 'insufficient_user_authentication',
        status: 401,
        headers: { 'www-authenticate': `${start}, ${parameters}` },
      });
    }
    expect(refusalOf('max_age=600&scope=c').code).toBe('insufficient_scope');
  });

  it.each<[string, Record<string, string>, boolean]>([
    ['optional=1', {}, true],
    ['optional=1&as=remote', { 'x-api-key': '', authorization: 'Basic dTpw' }, true],
    ['optional=1', { 'x-forwarded-uri': '/orders?page=1' }, true],
    ['', {}, false],
    ['as=remote', {}, false],
    ['optional=1', { 'x-api-key': 'nonsense' }, false],
    ['optional=1', { authorization: 'ep_one', 'x-api-key': 'ep_two' }, false],
    ['optional=1&scope=a', {}, false],
    ['optional=1&role=a', {}, false],
    ['optional=1&max_age=600', {}, false],
    ['optional=1&acr=aal1', {}, false],
    // A proxy that passes on its client's query.
    ['optional=1', { 'x-forwarded-uri': '/orders?optional=1' }, false],
    ['optional=1', { 'x-forwarded-uri': '/orders?a=b&optional=1' }, false],
    ['optional=1', { 'x-forwarded-uri': '/orders?%6fptional=1' }, false],
    ['optional=1', { 'x-forwarded-uri': '/?optional=1&a=%zz' }, false],
  ])('of "%s" with %j is met without a credential: %s', (query, headers, expected) => {
    expect(new VerifyCheck(`/auth/verify?${query}`).isMetWithoutCredential(requestWith(headers))).toBe(expected);
  });
});
