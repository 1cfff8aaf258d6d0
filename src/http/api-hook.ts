import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { ApiError } from '../errors/api-error.js';
import type { Drain } from './drain.js';
import { acceptsJson } from './accepts-json.js';

type RequestHook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void;

export const JSON_UTF8 = 'application/json; charset=utf-8';

/** RFC 6750, section 5.3: answers that carry or depend on a credential are kept by nobody. */
export const API_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** What sets a route apart from the others. */
export interface Manners {
  /** Whether it answers JSON when all goes well, and 406 to whoever does not take it. */
  readonly negotiates: boolean;
}

/**
 * What every API route does before anything else: it answers JSON, refuses what it could not answer, and forbids caches to
 * keep it.
 */
export function apiManners(drain: Drain, { negotiates }: Manners): RequestHook {
  return (request, reply, done) => {
    void reply.header('content-type', JSON_UTF8).headers(API_HEADERS);
    if (drain.hasBegun) {
      done(new ApiError('unavailable'));
    } else if (negotiates && !acceptsJson(request.headers.accept)) {
      done(new ApiError('not_acceptable'));
    } else {
      done();
    }
  };
}
