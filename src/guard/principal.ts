import { GuardError } from './guard-error.js';
import { type Acr, type LoginProof, type LoginRequirement, meetsLoginRequirement } from './login-proof.js';
import { hasRole, hasScope, type Rights } from './rights.js';

/** The user and the credential of a request. */
export interface Principal extends Rights {
  readonly userId: string;
  readonly username: string;
  readonly roles: readonly string[];
  /** What an auth header may do. The JWT of a login has no scopes, and is not limited by any. */
  readonly scopes: readonly string[];
  /** `jwt` is the JWT of a login. A JWT that a program got for its auth header is an `auth-header`. */
  readonly kind: 'jwt' | 'auth-header';
  /** The `jti` of a JWT, or the id of an auth header. */
  readonly credentialId: string;
  /** When the credential ends; null if it does not. */
  readonly expires: Date | null;
  /** When the user logged in, which no renewal changes; null for an auth header, and where the server does not tell it. */
  readonly authTime: Date | null;
  /** How strongly the login was proved: `aal2` with two different factors. Null as `authTime`. */
  readonly acr: Acr | null;
  /** How the user logged in, in the words of RFC 8176, such as `pwd`, `otp` and `mfa`. Empty where `authTime` is null. */
  readonly amr: readonly string[];
}

/** What a route requires of a principal. `admin` is an administrator, and of an auth header its scope `admin` too. */
export interface Requirement extends LoginRequirement {
  /** All of them. Only auth headers are limited by scopes. */
  readonly scopes?: readonly string[];
  /** One of them, of the user. */
  readonly roles?: readonly string[];
}

/**
 * @param clockToleranceSeconds how far the clocks of the service and the server may differ
 * @throws GuardError `insufficient_scope` or `insufficient_user_authentication`. A lack of rights comes first, since no other login
 * gives any.
 */
export function authorize(
  principal: Principal,
  { scopes = [], roles = [], acr, maxAgeSeconds }: Requirement,
  clockToleranceSeconds?: number,
): Principal {
  const missing = scopes.find((scope) => !hasScope(principal, scope));
  if (missing !== undefined) throw new GuardError('insufficient_scope', `The credential lacks the scope ${missing}`);
  if (roles.length > 0 && !roles.some((role) => hasRole(principal, role))) {
    throw new GuardError('insufficient_scope', `The credential has none of the roles ${roles.join(', ')}`);
  }
  if (acr === undefined && maxAgeSeconds === undefined) return principal;
  const login = { acr, maxAgeSeconds };
  if (!meetsLoginRequirement(proofOf(principal), login, clockToleranceSeconds)) throw loginRefusal(login);
  return principal;
}

function loginRefusal(login: LoginRequirement): GuardError {
  const message = 'A more recent or a stronger login is required';
  return new GuardError('insufficient_user_authentication', message, undefined, { login });
}

function proofOf({ kind, acr, authTime }: Principal): LoginProof | undefined {
  if (kind !== 'jwt') return undefined;
  return { acr: acr ?? undefined, authTimeSeconds: authTime === null ? undefined : authTime.getTime() / 1000 };
}

/** Shared by all copies of this package in a process, and by the code that only knows the request. */
const PRINCIPAL = Symbol.for('elastic-personas-guard.principal');

/** Notes the principal of a request, a message or a connection. */
export function setPrincipal(request: object, principal: Principal): void {
  Object.defineProperty(request, PRINCIPAL, { value: principal, configurable: true });
}

/**
 * The principal of a request that an adapter has let pass.
 * @throws Error if none has: the route is not guarded
 */
export function principalOf(request: object): Principal {
  const principal = (request as Partial<Record<symbol, Principal>>)[PRINCIPAL];
  if (principal === undefined) throw new Error('No guard has checked this request');
  return principal;
}
