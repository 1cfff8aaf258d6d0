import type { IncomingMessage } from 'node:http';
import type { Settings } from '../config/settings.js';
import type { ProblemCode } from '../errors/problems.js';
import { type IsTrustedProxy, trustIn } from '../net/client-address.js';
import type { RoutePolicy } from './route-policy.js';

/** Each costs time at every step of a request. */
const MAX_HEADERS = 1000;
/** A name of TLS. Traefik calls that of a WebSocket `wss`. */
const ENCRYPTED = /^(?:https|wss)$/i;

/** Checks the headers of a request as a whole, before any response and before its credential is looked at. */
export type HeadCheck = (request: IncomingMessage, policy?: RoutePolicy) => ProblemCode | undefined;

/** The check by these settings. A request is asked for https only where that is required. */
export function headCheckOf({
  requiresHttps,
  trustedProxies,
}: Pick<Settings, 'requiresHttps' | 'trustedProxies'>): HeadCheck {
  if (!requiresHttps) return headProblemOf;
  const isTrusted = trustIn(trustedProxies);
  return (request, policy) => {
    const isAllowed = policy?.isForProbes === true || cameByHttps(request, isTrusted);
    return headProblemOf(request) ?? (isAllowed ? undefined : 'https_required');
  };
}

/**
 * Whether a trusted proxy says that its client came by https. A proxy may add to what its client has sent, or pass on what another
 * proxy has written, and nobody can tell which. So each entry of a list must say https, or a client could write one of them.
 */
function cameByHttps({ headers, socket }: IncomingMessage, isTrusted: IsTrustedProxy): boolean {
  const said = headers['x-forwarded-proto'];
  return (
    typeof said === 'string' &&
    said.split(',').every((entry) => ENCRYPTED.test(entry.trim())) &&
    isTrusted(socket.remoteAddress)
  );
}

/**
 * All headers are there: a dropped one could have contained the client's address or a second credential. Parsers disagree on which
 * of two `Host` headers counts (RFC 9112, section 3.2).
 */
function headProblemOf({ rawHeaders, httpVersionMinor }: IncomingMessage): ProblemCode | undefined {
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
