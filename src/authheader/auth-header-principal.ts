import { Principal } from '../auth/principal.js';
import type { AuthHeader } from '../database/entities/auth-header.entity.js';
import { ApiError } from '../errors/api-error.js';
import { message } from '../i18n/message.js';
import { rateLimitOf } from '../rate-limit/rate-limit.js';
import { previousTokenOf } from './previous-token.js';

/** 64 bits tell the two tokens of an auth header apart, and say nothing of either. */
const MARK_LENGTH = 16;

/** What tells a token of an auth header from its other one. */
export function tokenMarkOf(tokenHash: string): string {
  return tokenHash.slice(0, MARK_LENGTH);
}

/**
 * The principal of one token of an auth header: the current one, or the one before the last rotation.
 * @param mark of the token, as {@link tokenMarkOf} makes it.
 * @returns null once the token is not accepted any more, or the owner may not log in.
 * @throws ApiError `token_expired` once the auth header has expired
 */
export function principalOfToken(authHeader: AuthHeader, mark: string): Principal | null {
  const { id, name, scopes, allowedIps, user, tokenHash, previousTokenHash } = authHeader;
  if (user.disabled !== null) return null;
  const isCurrent = tokenMarkOf(tokenHash) === mark;
  const isPrevious = previousTokenHash !== null && tokenMarkOf(previousTokenHash) === mark;
  const expires = isCurrent ? authHeader.expires : isPrevious ? previousTokenOf(authHeader)?.expires : undefined;
  if (expires === undefined) return null;
  const rateLimit = rateLimitOf(authHeader);
  const credential = {
    kind: 'auth-header',
    id,
    name,
    scopes,
    allowedIps,
    rateLimit,
    expires,
    tokenMark: mark,
  } as const;
  const principal = new Principal(user, credential);
  if (principal.isExpired()) throw new ApiError('token_expired', { message: message('auth_header_expired') });
  return principal;
}
