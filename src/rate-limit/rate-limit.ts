import type { AuthHeader } from '../database/entities/auth-header.entity.js';
import { ApiError } from '../errors/api-error.js';

/** How many requests an auth header may make in each window of time. */
export interface RateLimit {
  readonly limit: number;
  readonly windowSeconds: number;
}

/** What is left of a rate limit, as far as this process knows. */
export interface Standing {
  readonly remaining: number;
  /** Until the window ends and the limit is whole again. */
  readonly resetSeconds: number;
}

/** The columns of an auth header that hold its rate limit. */
export type RateLimitColumns = Pick<AuthHeader, 'requestLimit' | 'limitWindowSeconds'>;

export function rateLimitOf({ requestLimit, limitWindowSeconds }: RateLimitColumns): RateLimit | undefined {
  if (requestLimit === null || limitWindowSeconds === null) return undefined;
  return { limit: requestLimit, windowSeconds: limitWindowSeconds };
}

export function toRateLimitColumns(rateLimit: RateLimit | undefined): RateLimitColumns {
  return { requestLimit: rateLimit?.limit ?? null, limitWindowSeconds: rateLimit?.windowSeconds ?? null };
}

/**
 * The fields of draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4.
 * @param policy what is counted, in the characters of a key (RFC 9651). It has one name for all auth headers.
 */
export function rateLimitHeaders(
  { limit, windowSeconds }: RateLimit,
  { remaining, resetSeconds }: Standing,
  policy = 'auth-header',
): Readonly<Record<string, string>> {
  return {
    'ratelimit-policy': `"${policy}";q=${limit};w=${windowSeconds}`,
    ratelimit: `"${policy}";r=${remaining};t=${resetSeconds}`,
  };
}

/** The refusal of a request for which the window has no permit left. */
export class RateLimited extends ApiError {
  constructor(rateLimit: RateLimit, resetSeconds: number) {
    const headers = rateLimitHeaders(rateLimit, { remaining: 0, resetSeconds });
    super('rate_limited', { retryAfterSeconds: resetSeconds, headers });
  }
}

/** The auth header has another limit by now, or is gone: what is remembered of it must be read again. */
export class OutdatedRateLimit extends ApiError {
  constructor() {
    super('unavailable');
  }
}
