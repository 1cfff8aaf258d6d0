import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { ApiError } from '../errors/api-error.js';
import type { Drain } from '../health/drain.js';
import { acceptsJson } from './accepts-json.js';

type RequestHook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void;

/** What every API route does before anything else: it refuses what it could not answer, and forbids caches to keep it. */
export function apiManners(drain: Drain): RequestHook {
  return (request, reply, done) => {
    // RFC 6750, section 5.3: answers that carry or depend on a credential are kept by nobody.
    void reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    if (drain.hasBegun) {
      done(new ApiError('unavailable'));
    } else if (!acceptsJson(request.headers.accept)) {
      done(new ApiError('not_acceptable'));
    } else {
      done();
    }
  };
}
