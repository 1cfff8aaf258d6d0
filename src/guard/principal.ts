import { GuardError } from './guard-error.js';
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
}

/** What a route requires of a principal. `admin` is an administrator, and of an auth header its scope `admin` too. */
export interface Requirement {
  /** All of them. Only auth headers are limited by scopes. */
  readonly scopes?: readonly string[];
  /** One of them, of the user. */
  readonly roles?: readonly string[];
}

/** @throws GuardError `insufficient_scope` */
export function authorize(principal: Principal, { scopes = [], roles = [] }: Requirement): Principal {
  const missing = scopes.find((scope) => !hasScope(principal, scope));
  if (missing !== undefined) throw new GuardError('insufficient_scope', `The credential lacks the scope ${missing}`);
  if (roles.length > 0 && !roles.some((role) => hasRole(principal, role))) {
    throw new GuardError('insufficient_scope', `The credential has none of the roles ${roles.join(', ')}`);
  }
  return principal;
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
