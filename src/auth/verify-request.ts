import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasBody } from '../http/request-head.js';

/** The path at which proxies have a credential checked. */
export const VERIFY_PATH = '/auth/verify';
const WITH_QUERY = `${VERIFY_PATH}?`;

/**
 * The path and every path below it, and the query of the path alone. A request to a proxy may contain the host (RFC 9112,
 * section 3.2.2).
 */
const TARGET = /^(?:https?:\/\/[^/?#]*)?\/auth\/verify(?:\/|(?:[?#](.*))?$)/;
/** The scheme in any letter case, and what an unreserved character is also written as, are equivalent (RFC 3986, 6.2.2). */
const SCHEME = /^https?:/i;
const ESCAPED_UNRESERVED = /%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi;

/**
 * Turns a request for a check into the one that the route and the fast path serve. Proxies ask with the method, the path and the
 * headers of their client's request, and with or without its body. None of these may change the answer. The query of a path
 * below is the client's, who must not choose what is demanded; that of the path itself is the proxy's.
 */
export function normalizeVerifyRequest(request: IncomingMessage, response: ServerResponse): void {
  const target = request.url ?? '';
  if (target !== VERIFY_PATH && !isWithQuery(target)) {
    const query = queryOfCheck(target);
    if (query === undefined) return;
    request.url = query === '' ? VERIFY_PATH : `${VERIFY_PATH}?${query}`;
  }
  request.method = 'GET';
  // Some proxies announce their client's body and keep it: the next bytes may be that body or another request.
  if (hasBody(request)) response.shouldKeepAlive = false;
}

/** Whether a target is that of a check with a query, as most proxies write it. There is nothing to turn then. */
function isWithQuery(target: string): boolean {
  return target.startsWith(WITH_QUERY) && target.length > WITH_QUERY.length;
}

/** The query that counts, which may be empty; undefined if the target is not that of a check. */
function queryOfCheck(target: string): string | undefined {
  const asWritten = TARGET.exec(target);
  if (asWritten !== null) return asWritten[1] ?? '';
  // Most targets are a path without escapes, and need no rewriting to be compared.
  if (target.startsWith('/') && !target.includes('%')) return undefined;
  const written = target.replace(SCHEME, (scheme) => scheme.toLowerCase());
  const equivalent = TARGET.exec(written.replace(ESCAPED_UNRESERVED, decodeURIComponent));
  return equivalent === null ? undefined : (equivalent[1] ?? '');
}
