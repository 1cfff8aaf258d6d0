import { formatTimestamp } from '../http/format-timestamp.js';
import type { AuthHeader } from '../database/entities/auth-header.entity.js';
import { rateLimitOf } from '../rate-limit/rate-limit.js';
import type { AuthHeaderSummary } from './auth-header.repository.js';
import type { AuthHeaderView } from './auth-header-views.js';
import { previousTokenOf } from './previous-token.js';
import type { ManagedAuthHeaderDto } from './dto/manage-auth-header.dto.js';
import type { AddedAuthHeaderDto, AuthHeaderDto, RotatedAuthHeaderDto } from './dto/auth-header.dto.js';

/** An auth header that was just made, in the words of the documents. */
export function toAddedAuthHeaderDto({ authHeader, token }: AuthHeaderView): AddedAuthHeaderDto {
  const { id, name, created, expires, scopes, allowedIps } = authHeader;
  const rateLimit = rateLimitOf(authHeader);
  return {
    id,
    name,
    token,
    created: formatTimestamp(created),
    ...(expires === null ? {} : { expires: formatTimestamp(expires) }),
    scopes,
    ...(allowedIps.length === 0 ? {} : { allowedIps }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  };
}

/** An auth header that may have a second valid token, as after a rotation. */
export function toRotatedAuthHeaderDto(shown: AuthHeaderView): RotatedAuthHeaderDto {
  const previous = previousTokenOf(shown.authHeader);
  return {
    ...toAddedAuthHeaderDto(shown),
    ...(previous === undefined ? {} : { previousTokenExpires: formatTimestamp(previous.expires) }),
    ...(previous?.masked ? { previousToken: previous.masked } : {}),
  };
}

/** An auth header as a list shows it. */
export function toAuthHeaderDto(shown: AuthHeaderView): AuthHeaderDto {
  const { lastUsed } = shown.authHeader;
  return { ...toRotatedAuthHeaderDto(shown), ...(lastUsed === null ? {} : { lastUsed: formatTimestamp(lastUsed) }) };
}

/** Anybody's auth header, for an administrator, who sees no value. */
export function toManagedAuthHeaderDto(
  authHeader: AuthHeaderSummary & Pick<AuthHeader, 'userId' | 'user'>,
): ManagedAuthHeaderDto {
  const { masked, userId, user } = authHeader;
  return { ...toAuthHeaderDto({ authHeader, token: masked }), userId, username: user.username };
}
