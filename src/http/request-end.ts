import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Signal } from '../telemetry/signal.js';

/** A request that the ordinary pipeline has answered. The fast path sends no signal: it only counts. */
export interface RequestEnd {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The template of the route, such as `/kittens/:id`; undefined for a path without one. */
  readonly route: string | undefined;
  readonly durationMs: number;
}

export const requestEnd = new Signal<RequestEnd>('personas:request-end');

/** Sends the signal after each response of the ordinary pipeline. Watchers subscribe before the routes are registered. */
export function signalRequestEnds(fastify: FastifyInstance): void {
  if (!requestEnd.isWatched) return;
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? undefined : request.routeOptions.url;
    requestEnd.send({ request, reply, route, durationMs: reply.elapsedTime });
    done();
  });
}
