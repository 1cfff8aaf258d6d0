import { RefusedCredential } from '../auth/credential-refusals.js';
import { Principal } from '../auth/principal.js';
import type { AuthHeader } from '../database/entities/auth-header.entity.js';
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
 * @throws RefusedCredential once the token is not accepted any more, or the owner may not log in, or the auth header has expired
 */
export function principalOfToken(authHeader: AuthHeader, mark: string): Principal {
  const { id, name, scopes, allowedIps, user, tokenHash, previousTokenHash } = authHeader;
  const known = { kind: 'auth-header', id, subjectId: id, userId: user.id, username: user.username } as const;
  if (user.disabled !== null) throw new RefusedCredential('invalid_token', known, 'revoked');
  const isCurrent = tokenMarkOf(tokenHash) === mark;
  const isPrevious = previousTokenHash !== null && tokenMarkOf(previousTokenHash) === mark;
  const expires = isCurrent ? authHeader.expires : isPrevious ? previousTokenOf(authHeader)?.expires : undefined;
  if (expires === undefined) throw new RefusedCredential('invalid_token', known, 'revoked');
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
  if (principal.isExpired()) {
    throw new RefusedCredential('token_expired', known, 'expired', { message: message('auth_header_expired') });
  }
  return principal;
}
