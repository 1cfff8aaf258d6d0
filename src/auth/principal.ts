/** What this server itself asks of a credential; every other scope is the team's own word. */
export type Permission = 'admin' | 'authheader:manage';

/** The JWT of a login. */
export interface JwtCredential {
  readonly kind: 'jwt';
  /** The `jti` (RFC 7519, section 4.1.7). */
  readonly id: string;
  readonly sessionId: string;
  readonly expires: Date;
}

/** A named, long-lived token. */
export interface AuthHeaderCredential {
  readonly kind: 'auth-header';
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expires: Date | null;
}

/** Who a request's credential speaks for. */
export class Principal {
  constructor(
    readonly userId: string,
    readonly username: string,
    readonly roles: readonly string[],
    readonly credential: JwtCredential | AuthHeaderCredential,
  ) {}

  /** A JWT may do what its user may; an auth header only what it was given, and never more than its owner may now. */
  may(permission: Permission): boolean {
    const ownerMay = permission !== 'admin' || this.roles.includes('admin');
    return ownerMay && (this.credential.kind === 'jwt' || this.credential.scopes.includes(permission));
  }

  /** Nobody gives a scope they lack. A JWT lacks only what is ours and its user is not; the team's own words are free to it. */
  mayGrant(scope: string): boolean {
    if (scope === 'admin' || scope === 'authheader:manage') return this.may(scope);
    return this.credential.kind === 'jwt' || this.credential.scopes.includes(scope);
  }
}
