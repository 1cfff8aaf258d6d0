import type { FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';

/** A host as names and addresses are written, and a port (RFC 9110, section 7.2): nothing that could end a quotation. */
const HOST = /^(?:[a-z\d](?:[\w.-]{0,251}[a-z\d])?|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * Where the server that shows a page is reached, by the request for it: its `Host`, or what trusted proxies say of it.
 * Anyone can write anything into that header, so one that is malformed is replaced by what the server listens on.
 */
export function publicOriginOf(
  request: Pick<FastifyRequest, 'protocol' | 'host' | 'socket'>,
  { host }: Pick<Settings, 'host'>,
): string {
  const scheme = (request.protocol as string) === 'https' ? 'https' : 'http';
  const asked = `${scheme}://${request.host}`;
  if (HOST.test(request.host) && URL.canParse(asked)) return new URL(asked).origin;
  return `http://${host.includes(':') ? `[${host}]` : host}:${request.socket.localPort ?? ''}`;
}
