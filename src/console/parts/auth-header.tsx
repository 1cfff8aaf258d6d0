import type { VNode } from 'preact';
import type { AuthHeaderSummary } from '../../authheader/auth-header.repository.js';
import { DAY_MS, isExpired } from '../../config/time.js';
import { rateLimitOf } from '../../rate-limit/rate-limit.js';
import type { Visit } from '../visit.js';
import { Moment } from './table.js';

/** Within how many days an end is near enough to be pointed out. */
export const SOON_DAYS = 14;

/** The name and the masked token, by which the auth header is recognised. */
export function AuthHeaderName({ authHeader: { name, masked } }: { authHeader: AuthHeaderSummary }): VNode {
  return (
    <>
      <bdi>{name}</bdi>
      <br />
      <code dir="ltr">{masked}</code>
    </>
  );
}

/** What it may be used for, from where and how often. */
export function AuthHeaderRights({ visit, authHeader }: { visit: Visit; authHeader: AuthHeaderSummary }): VNode {
  const { scopes, allowedIps } = authHeader;
  const rateLimit = rateLimitOf(authHeader);
  return (
    <>
      <p>{scopes.length === 0 ? visit.text('none') : <bdi>{scopes.join(' ')}</bdi>}</p>
      {allowedIps.length > 0 && (
        <p class="hint">
          <bdi>{allowedIps.join(' ')}</bdi>
        </p>
      )}
      {rateLimit !== undefined && (
        <p class="hint">{visit.text('requests_in', { limit: rateLimit.limit, seconds: rateLimit.windowSeconds })}</p>
      )}
    </>
  );
}

/** When something ends, with a mark if that is soon or past. */
export function End({ visit, at }: { visit: Visit; at: Date | null }): VNode {
  const isSoon = at !== null && at.getTime() <= Date.now() + SOON_DAYS * DAY_MS;
  return (
    <>
      <Moment visit={visit} at={at} />
      {isSoon && (
        <>
          {' '}
          <span class="badge soon">{visit.text(isExpired(at) ? 'has_ended' : 'ends_soon')}</span>
        </>
      )}
    </>
  );
}
