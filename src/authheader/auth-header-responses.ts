import { formatTimestamp } from '../http/format-timestamp.js';
import type { AuthHeaderView } from './authheader.service.js';
import type { AddedAuthHeaderDto, AuthHeaderDto } from './dto/auth-header.dto.js';

/** An auth header that was just made, in the words of the documents. */
export function toAddedAuthHeaderDto({ authHeader, token }: AuthHeaderView): AddedAuthHeaderDto {
  const { id, name, created, expires, scopes, allowedIps } = authHeader;
  return {
    id,
    name,
    token,
    created: formatTimestamp(created),
    ...(expires === null ? {} : { expires: formatTimestamp(expires) }),
    scopes,
    ...(allowedIps.length === 0 ? {} : { allowedIps }),
  };
}

/** An auth header as a list shows it. */
export function toAuthHeaderDto(shown: AuthHeaderView): AuthHeaderDto {
  const { lastUsed } = shown.authHeader;
  return { ...toAddedAuthHeaderDto(shown), ...(lastUsed === null ? {} : { lastUsed: formatTimestamp(lastUsed) }) };
}
