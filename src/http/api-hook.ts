import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { ApiError } from '../errors/api-error.js';
import type { Drain } from './drain.js';
import { accepts, acceptsJson } from './accepts-json.js';
import type { RoutePolicy } from './route-policy.js';
import { addVary } from './vary.js';

type RequestHook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void;

export const JSON_UTF8 = 'application/json; charset=utf-8';

/** RFC 6750, section 5.3: caches must not store responses that contain or depend on a credential. */
export const API_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/**
 * The `onRequest` hook of every API route. It sets the common headers and rejects requests that cannot be served: 503 while
 * draining, 406 if `Accept` excludes all types of the response.
 */
export function apiHook(drain: Drain, { negotiates, alternativeType }: RoutePolicy): RequestHook {
  return (request, reply, done) => {
    const { accept } = request.headers;
    const isJsonRefused = negotiates && !acceptsJson(accept);
    const isAlternative = isJsonRefused && alternativeType !== undefined && accepts(accept, alternativeType);
    void reply.header('content-type', isAlternative ? alternativeType : JSON_UTF8).headers(API_HEADERS);
    if (alternativeType !== undefined) addVary(reply, 'Accept');
    if (drain.hasBegun) {
      done(new ApiError('unavailable'));
    } else if (isJsonRefused && !isAlternative) {
      done(new ApiError('not_acceptable'));
    } else {
      done();
    }
  };
}
