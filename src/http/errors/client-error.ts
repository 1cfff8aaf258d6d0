import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { ApiError } from '../../errors/api-error.js';
import { errorBody } from './error-body.js';
import type { ProblemCode } from '../../errors/problems.js';
import { JSON_UTF8 } from '../api-hook.js';

const PROBLEMS_OF_NODE: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** How long a client may go on sending after it was answered. */
const LINGER_MS = 1000;

/** Answers what Node could not even read as a request, in JSON like everything else, and hangs up. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // What still arrives after the answer is an error of its own; resetting the connection would lose the answer.
  if (socket.writableEnded) return;
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = new ApiError(PROBLEMS_OF_NODE[error.code ?? ''] ?? 'malformed_request');
  const body = JSON.stringify(errorBody(problem, '/'));
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n` +
      `content-type: ${JSON_UTF8}\r\ncontent-language: en\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
