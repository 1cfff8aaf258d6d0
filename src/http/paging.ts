import type { FastifyReply } from 'fastify';
import type { Page } from '../database/paging.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** The URL at which clients reach the server (`PUBLIC_URL`), if it is set. */
    publicUrl: string | undefined;
  }
}

/** Links the next page in the `Link` header (RFC 8288), so that the body stays a plain array. */
export function linkNextPage(reply: FastifyReply, { nextCursor }: Page<unknown>): void {
  if (nextCursor === undefined) return;
  const [path = '', query = ''] = reply.request.url.split('?');
  const next = new URLSearchParams(query);
  next.set('cursor', nextCursor);
  void reply.header('link', `<${reply.server.publicUrl ?? ''}${path}?${next.toString()}>; rel="next"`);
}
