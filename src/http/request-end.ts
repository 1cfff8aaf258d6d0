import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Signal } from '../telemetry/signal.js';
import { isAnsweredAsBroken } from './errors/client-error.js';

/** A request that the ordinary pipeline has answered. The fast path sends no signal: it only counts. */
export interface RequestEnd {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The template of the route, such as `/kittens/:id`; undefined for a path without one. */
  readonly route: string | undefined;
  readonly durationMs: number;
}

export const requestEnd = new Signal<RequestEnd>('personas:request-end');

/** A request whose client hung up before it had the whole answer. Its status is not known to anybody. */
export const requestAbort = new Signal<RequestEnd>('personas:request-abort');

/** Sends the signals of requests of the ordinary pipeline. Watchers subscribe before the routes are registered. */
export function signalRequestEnds(fastify: FastifyInstance): void {
  if (requestEnd.isWatched) {
    fastify.addHook('onResponse', (request, reply, done) => {
      requestEnd.send(endOf(request, reply));
      done();
    });
  }
  if (requestAbort.isWatched) {
    fastify.addHook('onRequest', (request, reply, done) => {
      reply.raw.once('close', () => {
        if (reply.raw.writableFinished || isAnsweredAsBroken(request.raw)) return;
        requestAbort.send(endOf(request, reply));
      });
      done();
    });
  }
}

/** Sends the signal of a request that Fastify answers ahead of all hooks: its URL cannot be read. */
export function signalEndWithoutRoute(request: FastifyRequest, reply: FastifyReply): void {
  if (!requestEnd.isWatched) return;
  reply.raw.once('finish', () => {
    requestEnd.send({ request, reply, route: undefined, durationMs: reply.elapsedTime });
  });
}

function endOf(request: FastifyRequest, reply: FastifyReply): RequestEnd {
  const route = request.is404 ? undefined : request.routeOptions.url;
  return { request, reply, route, durationMs: reply.elapsedTime };
}
