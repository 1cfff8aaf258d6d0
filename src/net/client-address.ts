import { all, compile } from '@fastify/proxy-addr';
import type { IncomingMessage } from 'node:http';
import { withoutMapping } from './origin.js';

/**
 * Reads the client address of a request with the function that Fastify uses for `request.ip`, because both must trust the
 * same proxies. The address is empty for a closed connection.
 * @param trustedProxies the proxies whose `X-Forwarded-For` is trusted, read from the right.
 */
export function clientAddressReader(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  if (trustedProxies.length === 0) return ({ socket }) => withoutMapping(socket.remoteAddress ?? '');
  const isTrusted = compile([...trustedProxies]);
  return (request) => withoutMapping(all(request, isTrusted).at(-1) ?? '');
}
