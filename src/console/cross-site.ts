import type { FastifyRequest } from 'fastify';
import { publicUrlOf } from '../net/public-url.js';

/**
 * Whether a form was sent by a page of this server. A browser says so in `Sec-Fetch-Site`, which no page can set (Fetch Metadata);
 * over plain HTTP it sends `Origin` alone. A request with neither is refused: no browser sends one.
 */
export function isSameOrigin(
  request: FastifyRequest,
  settings: { readonly publicUrl?: string; readonly host: string },
): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined) return site === 'same-origin';
  return origin !== undefined && origin === new URL(publicUrlOf(request, settings)).origin;
}
