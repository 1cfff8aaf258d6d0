import { utcSeconds } from '../http/utc-seconds.js';
import type { ShownAuthHeader } from './authheader.service.js';
import type { AddedAuthHeaderDto, AuthHeaderDto } from './dto/auth-header.dto.js';

/** An auth header that was just made, in the words of the documents. */
export function describeAddedAuthHeader({ authHeader, token }: ShownAuthHeader): AddedAuthHeaderDto {
  const { id, name, created, expires, scopes, allowedIps } = authHeader;
  return {
    id,
    name,
    token,
    created: utcSeconds(created),
    ...(expires === null ? {} : { expires: utcSeconds(expires) }),
    scopes,
    ...(allowedIps.length === 0 ? {} : { allowedIps }),
  };
}

/** An auth header as a list shows it. */
export function describeListedAuthHeader(shown: ShownAuthHeader): AuthHeaderDto {
  const { lastUsed } = shown.authHeader;
  return { ...describeAddedAuthHeader(shown), ...(lastUsed === null ? {} : { lastUsed: utcSeconds(lastUsed) }) };
}
