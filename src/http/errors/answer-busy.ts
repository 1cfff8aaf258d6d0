import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../../errors/api-error.js';
import { DEFAULT_LOCALE } from '../../i18n/locales.js';
import { API_HEADERS, JSON_UTF8 } from '../api-hook.js';
import { REQUEST_ID_HEADER } from '../request-id.js';
import { clientError } from './client-error.js';
import { errorBody } from './error-body.js';

/**
 * Answers 503 at once, before Fastify: a refusal must cost a small part of what it spares. It is in English, for the language of
 * the client would have to be negotiated.
 * @param requestId names the request.
 * @param publicUrl the URL at which clients reach the server, if it is set
 */
export function answerBusy(
  { url = '/', socket }: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  publicUrl: string | undefined,
): void {
  const busy = new ApiError('unavailable');
  const text = JSON.stringify(errorBody(busy, url, DEFAULT_LOCALE, publicUrl));
  const common = { 'content-type': JSON_UTF8, 'content-language': DEFAULT_LOCALE, ...API_HEADERS };
  const headers = { ...common, ...busy.headers, [REQUEST_ID_HEADER]: requestId };
  response.writeHead(busy.status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
  clientError.send({ requestId, code: busy.code, status: busy.status, remoteAddress: socket.remoteAddress });
}
