import { isExpired } from '../config/time.js';
import type { UserKind } from '../database/entities/user.entity.js';
import { type Acr, type LoginProof, type LoginRequirement, meetsLoginRequirement } from '../guard/login-proof.js';
import { hasRole, hasScope, type Rights } from '../guard/rights.js';
import type { RateLimit } from '../rate-limit/rate-limit.js';

/** The built-in scopes, which this server checks. Every other scope is custom, for the team's services. */
export type OwnScope = 'admin' | 'authheader:manage';

/** What a route may require. `session` excludes auth headers, which must not manage the sessions of their owner. */
export type Permission = OwnScope | 'session';

/** What a JWT says of itself (RFC 7519, section 4.1), for services that ask about it. Nothing is decided by it. */
export interface Issue {
  readonly issuer: string;
  readonly issuedAtSeconds: number;
}

/** The JWT of a login. What it says of the login is that of its session, so that a JWT of an older version says it too. */
export interface JwtCredential extends Issue, LoginProof {
  readonly kind: 'jwt';
  /** The `jti` (RFC 7519, section 4.1.7). */
  readonly id: string;
  readonly sessionId: string;
  readonly expires: Date;
  /** How the user logged in (RFC 8176). */
  readonly amr: readonly string[];
  readonly acr: Acr;
  readonly authTimeSeconds: number;
}

/** A named, long-lived token. */
export interface AuthHeaderCredential {
  readonly kind: 'auth-header';
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** The addresses and networks it may be used from; empty for any. */
  readonly allowedIps: readonly string[];
  /** How many requests it may make; undefined for any number. */
  readonly rateLimit: RateLimit | undefined;
  /** The expiry of the auth header, or of the overlap during which a rotated token stays valid. */
  readonly expires: Date | null;
  /** Tells the presented token from the other one during the overlap of a rotation. */
  readonly tokenMark: string;
  /** Set if not the auth header was presented, but the JWT that a machine login got with it. */
  readonly jwt?: Issue & {
    /** The `jti`. */
    readonly id: string;
  };
}

/** The user of a principal: the database row without its password hash, which no response needs. */
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
  readonly kind: UserKind;
}

/** The user of a principal, from a row that may hold more. */
export function principalUserOf(user: PrincipalUser): PrincipalUser {
  const { id, username, email, firstname, lastname, roles, created, passwordChanged, passwordExpires, kind } = user;
  return { id, username, email, firstname, lastname, roles, created, passwordChanged, passwordExpires, kind };
}

const NONE: readonly string[] = [];

/** The user and the credential of a request. */
export class Principal implements Rights {
  constructor(
    /** The user at the time of the check. A change of the user evicts the principal from the cache. */
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

  /** The addresses and networks the credential may be used from; empty for any, as always for a JWT. */
  get allowedIps(): readonly string[] {
    return this.credential.kind === 'jwt' ? NONE : this.credential.allowedIps;
  }

  /** Whether the credential has expired. */
  isExpired(): boolean {
    return isExpired(this.credential.expires);
  }

  get kind(): Rights['kind'] {
    return this.credential.kind;
  }

  get scopes(): readonly string[] {
    return this.credential.kind === 'jwt' ? NONE : this.credential.scopes;
  }

  /** A JWT has the permissions of its user. An auth header has those of its scopes, and only while its owner has them. */
  may(permission: Permission): boolean {
    return permission === 'session' ? this.kind === 'jwt' : hasScope(this, permission);
  }

  /** Whether the user has a role. As at this server's own routes, an auth header has `admin` only with the scope of that name. */
  hasRole(role: string): boolean {
    return hasRole(this, role);
  }

  /** Whether the login is as recent and as strong as required. An auth header has no login. */
  meetsLogin(requirement: LoginRequirement): boolean {
    return meetsLoginRequirement(this.credential.kind === 'jwt' ? this.credential : undefined, requirement);
  }

  /** Prevents privilege escalation: no principal grants a scope it lacks. A JWT has every custom scope. */
  mayGrant(scope: string): boolean {
    return hasScope(this, scope);
  }
}
