import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasBody } from '../http/request-head.js';

/** The path at which proxies have a credential checked. */
export const VERIFY_PATH = '/auth/verify';
const WITH_QUERY = `${VERIFY_PATH}?`;

/** The path and every path below it, and the query of the path alone. */
const TARGET = /^\/auth\/verify(?:\/|(?:[?#](.*))?$)/;

/**
 * Turns a request for a check into the one that the route and the fast path serve. Proxies ask with the method, the path and the
 * headers of their client's request, and with or without its body. None of these may change the answer. The query of a path
 * below is the client's, who must not choose what is demanded; that of the path itself is the proxy's.
 * @param request with a target of `normalizeTarget`
 */
export function normalizeVerifyRequest(request: IncomingMessage, response: ServerResponse): void {
  const target = request.url ?? '';
  if (target !== VERIFY_PATH && !isWithQuery(target)) {
    const [isCheck, query = ''] = TARGET.exec(target) ?? [];
    if (isCheck === undefined) return;
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
