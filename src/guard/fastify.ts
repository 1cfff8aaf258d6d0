import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CheckOptions, Guard } from './guard.js';
import { guardErrorOf } from './guard-error.js';
import { setPrincipal } from './principal.js';

export { principalOf } from './principal.js';

type FastifyHook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * An `onRequest` hook, of all routes or of one, that lets a request pass if its credential is valid and has what is required.
 * It answers every other one. `trustProxy` of Fastify decides which address a client has.
 */
export function requireCredential(guard: Guard, options: CheckOptions = {}): FastifyHook {
  return async (request, reply) => {
    try {
      setPrincipal(request, await guard.check(request.raw.rawHeaders, { address: request.ip, ...options }));
    } catch (error) {
      const refusal = guardErrorOf(error);
      if (refusal === undefined) throw error;
      await reply
        .code(refusal.status)
        .header('Cache-Control', 'no-store')
        .headers(refusal.headers)
        .send(refusal.toJSON());
    }
  };
}
