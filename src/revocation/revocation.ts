import type { RevocationRow } from '../database/revocation-source.js';

/** The credentials that a change revokes or restricts. */
export type Revocation =
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'session'; readonly userId: string; readonly sessionId: string }
  | { readonly kind: 'auth-header'; readonly userId: string; readonly authHeaderId: string }
  /** Signing keys were made, rotated or deleted. */
  | { readonly kind: 'signing-keys' }
  /** Unknown credentials. */
  | { readonly kind: 'everything' };

/** A revocation as the database holds it. */
export function toRow(revocation: Revocation): RevocationRow {
  const { kind } = revocation;
  switch (kind) {
    case 'user':
      return { kind, userId: revocation.userId, subjectId: null };
    case 'session':
      return { kind, userId: revocation.userId, subjectId: revocation.sessionId };
    case 'auth-header':
      return { kind, userId: revocation.userId, subjectId: revocation.authHeaderId };
    case 'signing-keys':
    case 'everything':
      return { kind, userId: null, subjectId: null };
  }
}

/** Fails closed: a row that this version does not understand, from a newer version or made by hand, revokes everything. */
export function fromRow({ kind, userId, subjectId }: RevocationRow): Revocation {
  if (kind === 'signing-keys') return { kind };
  if (userId !== null) {
    if (kind === 'user') return { kind, userId };
    if (kind === 'session' && subjectId !== null) return { kind, userId, sessionId: subjectId };
    if (kind === 'auth-header' && subjectId !== null) return { kind, userId, authHeaderId: subjectId };
  }
  return { kind: 'everything' };
}
