import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasBody } from '../http/request-head.js';

/** The path at which proxies have a credential checked. */
export const VERIFY_PATH = '/auth/verify';

/** The path and every path below it. A request to a proxy may contain the host (RFC 9112, section 3.2.2). */
const TARGET = /^(?:https?:\/\/[^/?#]*)?\/auth\/verify(?:[/?#]|$)/;
/** The scheme in any letter case, and what an unreserved character is also written as, are equivalent (RFC 3986, 6.2.2). */
const SCHEME = /^https?:/i;
const ESCAPED_UNRESERVED = /%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi;

/**
 * Turns a request for a check into the one that the route and the fast path serve. Proxies ask with the method, the path and the
 * headers of their client's request, and with or without its body. None of these may change the answer.
 */
export function normalizeVerifyRequest(request: IncomingMessage, response: ServerResponse): void {
  if (!isForVerify(request.url ?? '')) return;
  request.method = 'GET';
  request.url = VERIFY_PATH;
  // Some proxies announce their client's body and keep it: the next bytes may be that body or another request.
  if (hasBody(request)) response.shouldKeepAlive = false;
}

function isForVerify(target: string): boolean {
  if (TARGET.test(target)) return true;
  // Most targets are a path without escapes, and need no rewriting to be compared.
  if (target.startsWith('/') && !target.includes('%')) return false;
  const written = target.replace(SCHEME, (scheme) => scheme.toLowerCase());
  return TARGET.test(written.replace(ESCAPED_UNRESERVED, decodeURIComponent));
}
