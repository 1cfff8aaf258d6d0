import { all, compile } from '@fastify/proxy-addr';
import type { IncomingMessage } from 'node:http';
import { withoutMapping } from './origin.js';

/**
 * Reads the address a request comes from, as Fastify does for `request.ip`, and with the same function: both must believe
 * the same proxies. It is empty for a connection that has closed.
 * @param trustedProxies whose `X-Forwarded-For` is believed, read from the right.
 */
export function clientAddressReader(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  if (trustedProxies.length === 0) return ({ socket }) => withoutMapping(socket.remoteAddress ?? '');
  const isTrusted = compile([...trustedProxies]);
  return (request) => withoutMapping(all(request, isTrusted).at(-1) ?? '');
}
