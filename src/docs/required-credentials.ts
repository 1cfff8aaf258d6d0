import type { OperationObject } from '@nestjs/swagger';
import type { ClientCredentials } from '../auth/for-clients.decorator.js';
import type { Permission } from '../auth/principal.js';
import type { LoginRequirement } from '../guard/login-proof.js';

/** The credentials that a guarded route accepts. In OpenAPI 3.0.3, these kinds cannot name the scopes that they need. */
export function requiredCredentials(permission: Permission | undefined): NonNullable<OperationObject['security']> {
  switch (permission) {
    // An auth header belongs to no session.
    case 'session':
      return [{ jwt: [] }];
    case undefined:
    case 'authheader:manage':
    case 'admin':
      return [{ jwt: [] }, { authHeader: [] }];
  }
}

/**
 * The credentials of an OAuth client, by what the route accepts. `client` is last: a generator that fills in whatever it is given
 * would send a token as the name and the password of `Basic`.
 */
export const CLIENT_CREDENTIALS: Readonly<Record<ClientCredentials, NonNullable<OperationObject['security']>>> = {
  any: [{ jwt: [] }, { authHeader: [] }, { client: [] }],
  'auth-headers': [{ authHeader: [] }, { client: [] }],
};

/** How recent the login must be for a route, as a paragraph of its description; empty if it may be as old as its session. */
export function requiredLogin(login: LoginRequirement | undefined): string {
  if (login?.maxAgeSeconds === undefined) return '';
  return `\n\nThe login must be at most ${login.maxAgeSeconds / 60} minutes old, however often its JWT was renewed; else 401 with \`insufficient_user_authentication\`.`;
}

/** The rights that a credential needs for a route, as a paragraph of its description; empty if it needs none. */
export function requiredRights(permission: Permission | undefined): string {
  switch (permission) {
    case undefined:
    case 'session':
      return '';
    case 'authheader:manage':
      return '\n\nAn auth header needs the scope `authheader:manage`.';
    case 'admin':
      return '\n\nThe user needs the role `admin`, and an auth header the scope `admin` too.';
  }
}
