import type { Principal } from './principal.js';

/**
 * The headers that describe a principal, for a response without a body. Lists are space-delimited, like `scope` (RFC 6749,
 * section 3.3). The username is percent-encoded, because it may contain characters that a header may not. An empty header is not
 * left out: in its place, some proxies would pass on the header of their client.
 */
export function identityHeaders({ userId, username, roles, credential }: Principal): Readonly<Record<string, string>> {
  return {
    'x-user-id': userId,
    'x-user-name': encodeURIComponent(username),
    'x-user-roles': roles.join(' '),
    'x-credential-kind': credential.kind,
    'x-credential-id': credential.id,
    'x-credential-scopes': credential.kind === 'auth-header' ? credential.scopes.join(' ') : '',
  };
}
