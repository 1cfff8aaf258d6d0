import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { ApiError } from '../errors/api-error.js';
import type { Drain } from './drain.js';
import { acceptsJson } from './accepts-json.js';

type RequestHook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void;

export const JSON_UTF8 = 'application/json; charset=utf-8';

/** RFC 6750, section 5.3: caches must not store responses that contain or depend on a credential. */
export const API_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** The properties in which routes differ. */
export interface RoutePolicy {
  /** Whether the success response is JSON, so that a client which does not accept JSON gets 406. */
  readonly negotiates: boolean;
}

/**
 * The `onRequest` hook of every API route. It sets the common headers and rejects requests that cannot be served: 503 while
 * draining, 406 if `Accept` excludes JSON.
 */
export function apiHook(drain: Drain, { negotiates }: RoutePolicy): RequestHook {
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
