import { isExpired } from '../config/time.js';

/** The scopes this server itself asks of a credential; every other is the team's own word. */
export type OwnScope = 'admin' | 'authheader:manage';

/** What a route may ask of a principal; no auth header may touch the sessions of its owner. */
export type Permission = OwnScope | 'session';

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
  /** The addresses and networks it may be used from; empty for everywhere. */
  readonly allowedIps: readonly string[];
  /** Its own end, or that of the overlap in which a rotated token is still good. */
  readonly expires: Date | null;
}

/** What is said of a principal's user: the row without its password hash, which no answer needs. */
export interface PrincipalUser {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
  readonly roles: readonly string[];
  readonly created: Date;
  readonly passwordChanged: Date;
  readonly passwordExpires: Date | null;
}

const EVERYWHERE: readonly string[] = [];

/** Who a request's credential speaks for. */
export class Principal {
  constructor(
    /** As the user was when the credential was checked; a change of the user has it checked anew. */
    readonly user: PrincipalUser,
    readonly credential: JwtCredential | AuthHeaderCredential,
  ) {}

  get userId(): string {
    return this.user.id;
  }

  get username(): string {
    return this.user.username;
  }

  get roles(): readonly string[] {
    return this.user.roles;
  }

  /** The addresses and networks its credential may be used from; empty for everywhere, as it always is for a JWT. */
  get allowedIps(): readonly string[] {
    return this.credential.kind === 'jwt' ? EVERYWHERE : this.credential.allowedIps;
  }

  /** Whether the credential has ended by itself. */
  isExpired(): boolean {
    return isExpired(this.credential.expires);
  }

  /** A JWT may do what its user may; an auth header only what it was given, and never more than its owner may now. */
  may(permission: Permission): boolean {
    const ownerMay = permission !== 'admin' || this.roles.includes('admin');
    if (this.credential.kind === 'jwt') return ownerMay;
    return ownerMay && permission !== 'session' && this.credential.scopes.includes(permission);
  }

  /** Nobody gives a scope they lack. A JWT lacks only what is ours and its user is not; the team's own words are free to it. */
  mayGrant(scope: string): boolean {
    if (scope === 'admin' || scope === 'authheader:manage') return this.may(scope);
    return this.credential.kind === 'jwt' || this.credential.scopes.includes(scope);
  }
}
