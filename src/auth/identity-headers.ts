import type { Principal } from './principal.js';

/**
 * The headers of an answer without a body that says who a principal is. Lists are separated by blanks, as a `scope` is
 * (RFC 6749, section 3.3); a name may hold any letter, and a header may not.
 */
export function identityHeaders({ userId, username, roles, credential }: Principal): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {
    'x-user-id': userId,
    'x-user-name': encodeURIComponent(username),
    'x-user-roles': roles.join(' '),
    'x-credential-kind': credential.kind,
    'x-credential-id': credential.id,
  };
  if (credential.kind === 'auth-header') headers['x-credential-scopes'] = credential.scopes.join(' ');
  return headers;
}
