import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import type { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import { trustIn } from '../net/client-address.js';
import { answerError } from './errors/error.filter.js';
import { toApiError } from './errors/to-api-error.js';
import { answerClientError, noteRequestId } from './errors/client-error.js';
import { headCheckOf } from './request-head.js';
import { readBodies } from './json-body.js';
import { signalEndWithoutRoute } from './request-end.js';
import { REQUEST_ID_HEADER, requestIds, requestIdsBehind } from './request-id.js';

/** 16 KiB. */
const BODY_LIMIT_BYTES = 16_384;
/** How long a request may take to arrive. Limits slow-request attacks (slowloris). */
const REQUEST_TIMEOUT_MS = 30_000;
/**
 * How long a client may read nothing of a response. Node counts data in the kernel's send buffer as read, so a client that
 * reads nothing is disconnected after at most twice this time. It is no whole number of seconds: by that, it is told from
 * KEEP_ALIVE, which Node sets on the same timer.
 */
const UNREAD_TIMEOUT_MS = 15_001;

/** Fastify, with the limits and the error responses that apply outside any route. */
export function createHttpAdapter({
  trustedProxies,
  publicUrl,
  keepAliveSeconds,
  requiresHttps,
}: Pick<Settings, 'trustedProxies' | 'publicUrl' | 'keepAliveSeconds' | 'requiresHttps'>): FastifyAdapter {
  const problemOf = headCheckOf({ requiresHttps, trustedProxies });
  const idOf = requestIdsBehind(trustedProxies);
  // Of what is no request.
  const nextId = requestIds();
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: UNREAD_TIMEOUT_MS,
    keepAliveTimeout: keepAliveSeconds * 1000,
    // A hook sends the 503 instead, with the documented body.
    return503OnClosing: false,
    genReqId: idOf,
    // Middleware support would cost time at every request, and this server has no middleware.
    skipMiddie: true,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    // Node would answer these two errors itself, without a body; the handlers below answer them instead.
    http: { requireHostHeader: false },
    clientErrorHandler: (error, socket) => {
      answerClientError(error, socket, { publicUrl, nextId, idOf });
    },
    // `X-Forwarded-For` is read from the right, up to the first address that is not a trusted proxy.
    trustProxy: trustedProxies.length > 0 ? trustIn(trustedProxies) : false,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      void reply.header(REQUEST_ID_HEADER, request.id);
      signalEndWithoutRoute(request, reply);
      answerError(reply, toApiError(error, request.id));
    },
  });
  const fastify = adapter.getInstance();
  fastify.decorate('publicUrl', publicUrl);
  // All are kept and then counted: Node drops those beyond its own limit, or refuses them, depending on its version.
  fastify.server.maxHeadersCount = 0;
  fastify.addHook('onRequest', (request, _reply, done) => {
    noteRequestId(request.raw, request.id);
    const problem = problemOf(request.raw, request.routeOptions.config.policy);
    done(problem === undefined ? undefined : new ApiError(problem));
  });
  fastify.server.on('timeout', hangUpOnNonReader);
  fastify.server.on('checkExpectation', (request, response) => fastify.server.emit('request', request, response));
  readBodies(fastify);
  return adapter;
}

/** Closes a connection that is idle or unread, but not one whose request is still running. */
function hangUpOnNonReader(socket: Socket): void {
  const isIdle = socket.timeout !== UNREAD_TIMEOUT_MS;
  if (isIdle || socket.writableLength > 0) socket.destroy();
}

/** DTOs validate input, so Fastify's schema compilers are left out, which saves start time and memory. */
function noSchemas(): never {
  throw new Error('no route declares a schema to Fastify');
}
