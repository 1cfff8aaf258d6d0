import type { IncomingMessage } from 'node:http';
import type { ProblemCode } from '../errors/problems.js';

/** Each costs time at every step of a request. */
const MAX_HEADERS = 1000;

/**
 * Checks the headers of a request as a whole, before any response. All of them are there: a dropped one could have contained the
 * client's address or a second credential. Parsers disagree on which of two `Host` headers counts (RFC 9112, section 3.2).
 */
export function headProblemOf({ rawHeaders, httpVersionMinor }: IncomingMessage): ProblemCode | undefined {
  if (rawHeaders.length >= 2 * MAX_HEADERS) return 'headers_too_large';
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  const isMissing = hosts === 0 && httpVersionMinor >= 1;
  return isMissing || hosts > 1 ? 'malformed_request' : undefined;
}

/** Whether a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
