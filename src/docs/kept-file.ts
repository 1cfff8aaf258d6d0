import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';

/** What a page or an asset is sent as; made once. */
export interface KeptFile {
  readonly body: string | Buffer;
  readonly contentType: string;
  /** RFC 9110, section 8.8.3. */
  readonly etag: string;
}

export function keepFile(body: string | Buffer, contentType: string): KeptFile {
  return { body, contentType, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}

/** Sends a file, or 304 to a browser that has it. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: KeptFile): FastifyReply {
  // Asked for each time, and sent only when it has changed: a new version is never mixed with an old one.
  void reply.header('cache-control', 'no-cache').header('etag', file.etag);
  // A proxy that compresses makes the tag a weak one.
  const known = request.headers['if-none-match']?.split(/\s*,\s*/).map((tag) => tag.replace(/^W\//, ''));
  if (known?.includes(file.etag)) return reply.code(304).send();
  return reply.type(file.contentType).send(file.body);
}
