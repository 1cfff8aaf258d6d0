import type { CheckOptions, Guard } from './guard.js';
import { guardErrorOf } from './guard-error.js';
import { setPrincipal } from './principal.js';

export { principalOf } from './principal.js';

/** What every request of Fastify has, of HTTP/1.1 or HTTP/2 and whatever a route declares of it. */
interface AnyRequest {
  readonly raw: { readonly rawHeaders: readonly string[] };
  readonly ip: string;
}

interface AnyReply {
  code(status: number): AnyReply;
  headers(headers: Record<string, string>): AnyReply;
  send(body: unknown): unknown;
}

type FastifyHook = (request: AnyRequest, reply: AnyReply) => Promise<void>;

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
        .headers({ 'Cache-Control': 'no-store', ...refusal.headers })
        .send(refusal.toJSON());
    }
  };
}
