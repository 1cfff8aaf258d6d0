import type { RateLimit } from '../rate-limit/rate-limit.js';
import type { AuthHeaderView } from './auth-header-views.js';
import type { WantedBounds } from './delegation.js';
import type { AddAuthHeaderDto } from './dto/add-auth-header.dto.js';

/** What a new auth header is made of. */
export interface NewAuthHeader extends WantedBounds {
  readonly name: string;
  readonly rateLimit?: RateLimit | undefined;
}

/** The new auth header that a body asks for. */
export function authHeaderIn({ name, expires, scopes, allowedIps, rateLimit }: AddAuthHeaderDto): NewAuthHeader {
  return { name, scopes, allowedIps, rateLimit, expires: expires === undefined ? undefined : new Date(expires) };
}

/** Shows a new token before the change is committed. If it rejects, nothing changes. */
export type ShowToken = (made: AuthHeaderView) => Promise<void>;

/** A transaction may do its work twice, and nothing is shown twice. */
export function once(show: ShowToken = () => Promise.resolve()): ShowToken {
  let shown: Promise<void> | undefined;
  return (made) => (shown ??= show(made));
}
