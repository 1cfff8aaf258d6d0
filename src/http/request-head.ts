import type { IncomingMessage } from 'node:http';
import type { ProblemCode } from '../errors/problems.js';

/** How many headers Node keeps of a request; it drops the rest without a word. */
export const MAX_HEADERS = 1000;

/**
 * What is wrong with a request's headers as a whole, asked ahead of every answer: headers that were dropped could have told where
 * the request comes from, or carried a second credential, and of two hosts each reader believes another (RFC 9112, section 3.2).
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
