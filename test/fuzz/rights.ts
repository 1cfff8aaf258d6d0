import type { DocumentedOperation } from '../support/openapi.js';
import type { Credential, CredentialKind } from './world.js';

/** What the document says a caller of an operation needs. */
export class Rights {
  readonly isGuarded: boolean;
  private readonly schemes: readonly string[];
  readonly needsAdmin: boolean;
  private readonly needsManage: boolean;

  constructor({ security, description = '', path }: DocumentedOperation) {
    this.schemes = security.flatMap((scheme) => Object.keys(scheme));
    this.isGuarded = this.schemes.length > 0;
    this.needsAdmin = description.includes('needs the role `admin`');
    this.needsManage = description.includes('needs the scope `authheader:manage`');
    // A client that is to get a JWT has none yet; the other OAuth routes take one.
    if (path === '/oauth/token') this.schemes = this.schemes.filter((scheme) => scheme !== 'jwt');
  }

  /** Whether auth headers are refused, and JWTs for machines with them. */
  get takesSessionsOnly(): boolean {
    return this.isGuarded && !this.schemes.includes('authHeader');
  }

  /** Whether a credential of this kind is one for the operation. A JWT for a machine speaks for its auth header. */
  takes(kind: CredentialKind | undefined): boolean {
    return this.schemes.includes(kind === 'auth-header' ? 'authHeader' : 'jwt');
  }

  /** What a living credential lacks. */
  missing(credential: Credential | undefined): string | undefined {
    if (!this.isGuarded || credential === undefined) return undefined;
    const { kind, owner, scopes } = credential;
    const isSession = kind === 'jwt';
    if (this.needsAdmin && !owner.isAdmin) return `${owner.username} is no administrator`;
    if (this.needsAdmin && !isSession && !scopes.includes('admin')) return 'it lacks the scope admin';
    if (this.needsManage && !isSession && !scopes.includes('authheader:manage'))
      return 'it lacks the scope authheader:manage';
    if (this.takesSessionsOnly && !isSession) return `it takes a ${kind} where the document names a JWT only`;
    return undefined;
  }
}

const known = new Map<DocumentedOperation, Rights>();

export function rightsOf(operation: DocumentedOperation): Rights {
  const rights = known.get(operation) ?? new Rights(operation);
  known.set(operation, rights);
  return rights;
}
