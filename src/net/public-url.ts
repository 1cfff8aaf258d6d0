import type { FastifyRequest } from 'fastify';

/** A host as names and addresses are written, and a port (RFC 9110, section 7.2): nothing that could end a quotation. */
const HOST = /^(?:[a-z\d](?:[\w.-]{0,251}[a-z\d])?|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i;
/** A path that needs no quotation either. */
const PREFIX = /^(?:\/(?:[\w.~-]|%[\da-f]{2})+)*$/i;

/**
 * The URL that clients reach the server under, such as `https://login.example.com/auth`, in its canonical form: scheme, host
 * and perhaps a path. Anything else becomes empty, which the validation refuses.
 */
export function readPublicUrl(text: string): string {
  if (!/^https?:\/\/[^\s?#@\\]+$/i.test(text) || text.endsWith('/') || !URL.canParse(text)) return '';
  const { origin, host, pathname } = new URL(text);
  const prefix = pathname === '/' ? '' : pathname;
  return HOST.test(host) && PREFIX.test(prefix) ? origin + prefix : '';
}

/**
 * Where clients reach the server: as it was set or, unset, by the `Host` of a request, or what trusted proxies say of it.
 * Anyone can write anything into that header, so one that is malformed is replaced by what the server listens on.
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
