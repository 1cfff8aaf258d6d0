import type { Principal } from '../auth/principal.js';
import { API_HEADERS } from '../http/api-manners.js';

type IdentityHeaders = Readonly<Record<string, string>>;

/** A principal does not change: what is remembered of it is said again as it was said first. */
const told = new WeakMap<Principal, IdentityHeaders>();

/** The headers of an answer without a body that says who a principal is. */
export function identityOf(principal: Principal): IdentityHeaders {
  let headers = told.get(principal);
  if (headers === undefined) {
    headers = identityHeaders(principal);
    told.set(principal, headers);
  }
  return headers;
}

/** Lists are separated by blanks, as a `scope` is (RFC 6749, section 3.3); a name may hold any letter, and a header may not. */
function identityHeaders({ userId, username, roles, credential }: Principal): IdentityHeaders {
  const headers: Record<string, string> = {
    ...API_HEADERS,
    'content-length': '0',
    'x-user-id': userId,
    'x-user-name': encodeURIComponent(username),
    'x-user-roles': roles.join(' '),
    'x-credential-kind': credential.kind,
    'x-credential-id': credential.id,
  };
  if (credential.kind === 'auth-header') headers['x-credential-scopes'] = credential.scopes.join(' ');
  return headers;
}
