import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import { trustIn } from '../net/client-address.js';
import { answerError } from './errors/error.filter.js';
import { toApiError } from './errors/to-api-error.js';
import { answerClientError } from './errors/client-error.js';
import { headProblemOf, MAX_HEADERS } from './request-head.js';
import { readJsonBodies } from './json-body.js';
import { requestIds } from './request-id.js';

/** 16 KiB. */
const BODY_LIMIT_BYTES = 16_384;
/** How long a request may take to arrive, so that trickling one holds nothing up. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Fastify, with the limits and the last-resort answers that lie outside any route. */
export function createHttpAdapter({ trustedProxies }: Pick<Settings, 'trustedProxies'>): FastifyAdapter {
  const nextRequestId = requestIds();
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Ours is answered by a hook, with the documented body.
    return503OnClosing: false,
    genReqId: nextRequestId,
    // Nest's middleware, of which there is none here, would cost every request.
    skipMiddie: true,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    // Node would answer these two itself, without a body; they are answered below.
    http: { requireHostHeader: false },
    clientErrorHandler: answerClientError,
    // Read from the right, up to the first address that is not one of these.
    trustProxy: trustedProxies.length > 0 ? trustIn(trustedProxies) : false,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      answerError(reply, toApiError(error, request.id));
    },
  });
  const fastify = adapter.getInstance();
  fastify.server.maxHeadersCount = MAX_HEADERS;
  fastify.addHook('onRequest', (request, _reply, done) => {
    const problem = headProblemOf(request.raw);
    done(problem === undefined ? undefined : new ApiError(problem));
  });
  fastify.server.on('checkExpectation', (request, response) => fastify.server.emit('request', request, response));
  // Only JSON is read: whatever else comes is answered 415.
  fastify.removeContentTypeParser('text/plain');
  readJsonBodies(fastify);
  return adapter;
}

/** DTOs say what is read: without Fastify's own compilers of schemas, a start takes less time and memory. */
function noSchemas(): never {
  throw new Error('no route declares a schema to Fastify');
}
