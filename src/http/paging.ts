import type { FastifyReply } from 'fastify';
import type { Page } from '../database/paging.js';

/** Tells where the next page is, in the `Link` header (RFC 8288); the answer itself stays an array. */
export function linkNextPage(reply: FastifyReply, { nextCursor }: Page<unknown>): void {
  if (nextCursor === undefined) return;
  const [path = '', query = ''] = reply.request.url.split('?');
  const next = new URLSearchParams(query);
  next.set('cursor', nextCursor);
  void reply.header('link', `<${path}?${next.toString()}>; rel="next"`);
}
