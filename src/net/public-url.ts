import type { FastifyRequest } from 'fastify';

/** A host name or address with an optional port (RFC 9110, section 7.2), without characters that could end a quoted string. */
const HOST = /^(?:[a-z\d](?:[\w.-]{0,251}[a-z\d])?|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i;
/** A path, likewise safe inside a quoted string. */
const PREFIX = /^(?:\/(?:[\w.~-]|%[\da-f]{2})+)*$/i;

/**
 * Parses the URL at which clients reach the server, such as `https://login.example.com/auth`, into canonical form: scheme, host
 * and an optional path. Anything else becomes an empty string.
 */
export function readPublicUrl(text: string): string {
  if (!/^https?:\/\/[^\s?#@\\]+$/i.test(text) || text.endsWith('/') || !URL.canParse(text)) return '';
  const { origin, host, pathname } = new URL(text);
  const prefix = pathname === '/' ? '' : pathname;
  return HOST.test(host) && PREFIX.test(prefix) ? origin + prefix : '';
}

/**
 * The URL at which clients reach the server: the setting or, if unset, the `Host` of the request or what trusted proxies
 * forward for it. A client controls that header, so a malformed one is replaced by the address the server listens on.
 */
export function publicUrlOf(
  request: Pick<FastifyRequest, 'protocol' | 'host' | 'socket'>,
  { publicUrl, host }: { readonly publicUrl?: string; readonly host: string },
): string {
  if (publicUrl !== undefined) return publicUrl;
  const scheme = (request.protocol as string) === 'https' ? 'https' : 'http';
  const asked = `${scheme}://${request.host}`;
  if (HOST.test(request.host) && URL.canParse(asked)) return new URL(asked).origin;
  return `http://${host.includes(':') ? `[${host}]` : host}:${request.socket.localPort ?? ''}`;
}
