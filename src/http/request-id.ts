import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isAuthHeaderShaped } from '../guard/auth-header-format.js';
import { trustIn } from '../net/client-address.js';

/** The header of every answer that names its request, as bodies of errors and lines of the log do. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** What cannot imitate the words around it, in a line or in a message. It is too short for a JWT. */
const PLAIN = /^[\w+/=:.@#-]{1,64}$/;

/** Names a request. It must be called once for each. */
export type RequestIds = (request: IncomingMessage) => string;

/** Generates request ids, unique across processes and restarts, so that an error report identifies one request. */
export function requestIds(): () => string {
  const start = randomBytes(6).toString('base64url');
  let count = 0;
  return () => `${start}-${(++count).toString(36)}`;
}

/**
 * Names requests: as a trusted proxy names them, so that its log and ours agree, else by an id of our own. A client that chose the
 * id could have two requests taken for one.
 * @param trustedProxies of {@link trustIn}
 */
export function requestIdsBehind(trustedProxies: readonly string[]): RequestIds {
  const nextId = requestIds();
  if (trustedProxies.length === 0) return nextId;
  const isTrusted = trustIn(trustedProxies);
  return ({ headers, socket }) => {
    const given = headers[REQUEST_ID_HEADER];
    const isTaken = typeof given === 'string' && isPlain(given) && isTrusted(socket.remoteAddress);
    return isTaken ? given : nextId();
  };
}

/** A credential that a client put there must reach no log. */
function isPlain(id: string): boolean {
  return PLAIN.test(id) && !isAuthHeaderShaped(id);
}
