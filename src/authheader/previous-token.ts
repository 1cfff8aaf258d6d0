import { isExpired } from '../config/time.js';
import type { AuthHeader } from '../database/entities/auth-header.entity.js';
import { earliest } from './delegation.js';

/** The token before the last rotation, while it is accepted. */
export interface PreviousToken {
  /** Null if it was rotated by a version that did not store it. */
  readonly masked: string | null;
  /** The end of the overlap, or of the auth header if that comes first. */
  readonly expires: Date;
}

/**
 * The token before the last rotation; undefined once its overlap or the auth header has ended. The check of a credential, the
 * lists and the revocation all decide by this function: a leaked token that was accepted and could not
 * be named could not be revoked.
 */
export function previousTokenOf({
  previousTokenExpires,
  previousMasked,
  expires,
}: Pick<AuthHeader, 'previousTokenExpires' | 'previousMasked' | 'expires'>): PreviousToken | undefined {
  const end = previousTokenExpires && earliest(previousTokenExpires, expires);
  return end === null || isExpired(end) ? undefined : { masked: previousMasked, expires: end };
}
