import type { Principal } from './principal.js';

const NO_IDENTITY = {
  'x-user-id': '',
  'x-user-name': '',
  'x-user-roles': '',
  'x-credential-kind': '',
  'x-credential-id': '',
  'x-credential-scopes': '',
  'x-auth-methods': '',
  'x-auth-time': '',
};
const NO_REMOTE = { 'remote-user': '', 'remote-groups': '', 'remote-email': '', 'remote-name': '' };

/** What a header may not contain, and the sign that the encoded form of it begins with. */
const NOT_PLAIN = /[^\x20-\x7e]+|%/gu;

/**
 * The headers that describe a principal, for a response without a body. Lists are space-delimited, like `scope` (RFC 6749,
 * section 3.3). The username is percent-encoded, because it may contain characters that a header may not. An empty header is not
 * left out: in its place, some proxies would pass on the header of their client.
 * @param principal undefined for a request that may do without a credential, and has none.
 */
export function identityHeaders(principal: Principal | undefined): Readonly<Record<keyof typeof NO_IDENTITY, string>> {
  if (principal === undefined) return NO_IDENTITY;
  const { userId, username, roles, credential } = principal;
  return {
    'x-user-id': userId,
    'x-user-name': encodeURIComponent(username),
    'x-user-roles': roles.join(' '),
    'x-credential-kind': credential.kind,
    'x-credential-id': credential.id,
    'x-credential-scopes': credential.kind === 'auth-header' ? credential.scopes.join(' ') : '',
    'x-auth-methods': credential.kind === 'jwt' ? credential.amr.join(' ') : '',
    'x-auth-time': credential.kind === 'jwt' ? String(credential.authTimeSeconds) : '',
  };
}

/** {@link identityHeaders}, and those by which ready-made applications know their user, which they do not decode. */
export function remoteHeaders(principal: Principal | undefined): Readonly<Record<string, string>> {
  if (principal === undefined) return { ...NO_IDENTITY, ...NO_REMOTE };
  const { username, email, firstname, lastname } = principal.user;
  return {
    ...identityHeaders(principal),
    'remote-user': plain(username),
    'remote-groups': principal.roles.join(','),
    'remote-email': plain(email),
    'remote-name': plain(`${firstname} ${lastname}`.trim()),
  };
}

/** A text that is one for one name only: the encoding of a letter is not the name that is written like it. */
function plain(text: string): string {
  return text.replace(NOT_PLAIN, encodeURIComponent);
}
