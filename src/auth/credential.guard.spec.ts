import type { ExecutionContext } from '@nestjs/common';
import type { ApiError } from '../errors/api-error.js';
import type { Authenticator } from './authenticator.js';
import { CredentialRefusals } from './credential-refusals.js';
import { CredentialGuard } from './credential.guard.js';
import { type AuthHeaderCredential, type JwtCredential, Principal } from './principal.js';
import { RecentLogin } from './recent-login.decorator.js';
import { Requires } from './requires.decorator.js';

const NOW_SECONDS = 1_800_000_000;

class Routes {
  @RecentLogin()
  @Requires('session')
  remove(): void {
    // The guard reads the decorators only.
  }

  @Requires('session')
  list(): void {
    // As above.
  }
}

function jwtOfLoginAt(authTimeSeconds: number): JwtCredential {
  const ids = { id: 'jti', sessionId: 'sid', issuer: 'us', issuedAtSeconds: NOW_SECONDS };
  return { kind: 'jwt', ...ids, expires: new Date(), amr: ['pwd'], acr: 'aal1', authTimeSeconds };
}

const bounds = { allowedIps: [], rateLimit: undefined, expires: null };
const AUTH_HEADER: AuthHeaderCredential = {
  kind: 'auth-header',
  id: 'id',
  tokenMark: '',
  name: 'n',
  scopes: ['admin', 'authheader:manage'],
  ...bounds,
};

function principalWith(credential: JwtCredential | AuthHeaderCredential): Principal {
  const created = new Date();
  const names = { username: 'user', firstname: '', lastname: '', email: 'user@example.com' };
  const dates = { created, passwordChanged: created, passwordExpires: null };
  return new Principal({ id: 'id', ...names, roles: ['admin'], kind: 'person', ...dates }, credential);
}

/** What the guard answers to a request of a principal: true, or the refusal. */
function ask(route: keyof Routes, credential: JwtCredential | AuthHeaderCredential): unknown {
  const principal = principalWith(credential);
  const guard = new CredentialGuard(
    { authenticate: () => principal } as unknown as Authenticator,
    new CredentialRefusals(),
  );
  const context = { getHandler: () => Routes.prototype[route], getArgByIndex: () => ({ raw: {} }) };
  try {
    return guard.canActivate(context as unknown as ExecutionContext);
  } catch (error) {
    return error;
  }
}

describe('A route that requires a recent login', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: NOW_SECONDS * 1000 });
  });
  afterEach(() => jest.useRealTimers());

  it('serves a login of ten minutes ago', () => {
    expect(ask('remove', jwtOfLoginAt(NOW_SECONDS - 600))).toBe(true);
  });

  it.each([NOW_SECONDS - 601, NOW_SECONDS + 3600])('refuses a fresh JWT of a login at %s, and says why', (at) => {
    const { code, status, headers } = ask('remove', jwtOfLoginAt(at)) as ApiError;
    expect([code, status]).toEqual(['insufficient_user_authentication', 401]);
    expect(headers['www-authenticate']).toBe(
      'Bearer realm="elastic-personas", error="insufficient_user_authentication", ' +
        'error_description="A more recent or a stronger login is required", max_age="600"',
    );
  });

  it('refuses an auth header with every scope, for which no login helps', () => {
    expect(ask('remove', AUTH_HEADER)).toMatchObject({ code: 'insufficient_scope' });
  });

  it('leaves the other routes to old logins', () => {
    expect(ask('list', jwtOfLoginAt(0))).toBe(true);
  });
});
