import type { Socket } from 'node:net';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { ApiError } from '../../errors/api-error.js';
import { DEFAULT_LOCALE } from '../../i18n/locales.js';
import { errorBody } from './error-body.js';
import type { ProblemCode } from '../../errors/problems.js';
import { Signal } from '../../telemetry/signal.js';
import { JSON_UTF8 } from '../api-hook.js';
import { REQUEST_ID_HEADER } from '../request-id.js';

const PROBLEMS_OF_NODE: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** How long the socket stays open after the response, so that the client can read it. */
const LINGER_MS = 1000;

/** A request that could not be parsed, and was answered. */
export interface ClientError {
  readonly requestId: string;
  readonly code: ProblemCode;
  readonly status: number;
  readonly remoteAddress: string | undefined;
}

export const clientError = new Signal<ClientError>('personas:client-error');

/** The requests whose body could not be parsed, and who therefore got no answer of their route. */
const broken = new WeakSet<IncomingMessage>();

/** Whether a request was answered by {@link answerClientError}. */
export function isAnsweredAsBroken(request: IncomingMessage): boolean {
  return broken.has(request);
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Unknown until the ordinary pipeline has begun with it. */
  requestId: string | undefined;
  hasFollower: boolean;
}

/** The latest request of each connection. */
const latest = new WeakMap<Socket, Exchange>();

/**
 * Must be called for every request that is not answered at once, and for one that ends its connection, so that
 * {@link answerClientError} answers in order. The others are left out, because a retained request costs the garbage collector
 * more than its check costs the processor.
 */
export function noteExchange(request: IncomingMessage, response: ServerResponse): void {
  latest.set(request.socket, { request, response, requestId: undefined, hasFollower: false });
}

/** Must be called once a request has an id, so that an error in its body is answered with it. */
export function noteRequestId(request: IncomingMessage, requestId: string): void {
  const exchange = latest.get(request.socket);
  if (exchange?.request === request) exchange.requestId = requestId;
}

/** Must be called once a noted request is answered after all, without waiting for anything: it would be retained longer than it lives. */
export function forgetExchange({ socket }: IncomingMessage): void {
  latest.delete(socket);
}

/** Whether a whole request of a connection is being answered. */
export function isAnswering(socket: Socket): boolean {
  const exchange = latest.get(socket);
  return exchange !== undefined && exchange.request.complete && !exchange.response.closed;
}

/** What the answer to a request that cannot be parsed needs to know. */
export interface ClientErrorContext {
  /** The URL at which clients reach the server, if it is set. */
  readonly publicUrl: string | undefined;
  /** Makes the id of what is no request yet. */
  readonly nextId: () => string;
  /** The id of a request that still waits for its begin. */
  readonly idOf: (request: IncomingMessage) => string;
}

/**
 * Answers a request that Node cannot parse, in JSON like every other error, and closes the connection. An earlier request of the
 * connection that is complete gets its own response first: the client would take this one for it (RFC 9112, section 9.3.2).
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket, context: ClientErrorContext): void {
  // Data that arrives after the response raises another error. A reset would lose the response, so nothing happens.
  if (socket.writableEnded) return;
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const earlier = latest.get(socket);
  if (earlier?.request.complete && !earlier.response.closed) {
    if (!earlier.hasFollower) {
      earlier.response.once('close', () => {
        answerClientError(error, socket, context);
      });
    }
    earlier.hasFollower = true;
    return;
  }
  const problem = new ApiError(PROBLEMS_OF_NODE[error.code ?? ''] ?? 'malformed_request');
  // The error is in the body of this request, whose path is known.
  const half = earlier?.request.complete === false ? earlier : undefined;
  if (half !== undefined) broken.add(half.request);
  const requestId = half === undefined ? context.nextId() : (half.requestId ?? context.idOf(half.request));
  const body = JSON.stringify(errorBody(problem, half?.request.url ?? '/', DEFAULT_LOCALE, context.publicUrl));
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n` +
      `${REQUEST_ID_HEADER}: ${requestId}\r\n` +
      `content-type: ${JSON_UTF8}\r\ncontent-language: ${DEFAULT_LOCALE}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  if (!clientError.isWatched) return;
  const { code, status } = problem;
  clientError.send({ requestId, code, status, remoteAddress: socket.remoteAddress });
}
