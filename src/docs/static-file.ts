import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';

export const CONTENT_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A page or one of its files, ready to send. */
export interface StaticFile {
  readonly body: Buffer;
  readonly contentType: string;
  /** RFC 9110, section 8.8.3. */
  readonly etag: string;
}

/** The entity tag of a content: its hash. */
export function entityTagOf(content: string | Buffer): string {
  return `"${createHash('sha256').update(content).digest('base64url')}"`;
}

export async function readStaticFile(path: string): Promise<StaticFile> {
  const body = await readFile(path);
  return { body, contentType: CONTENT_TYPES[extname(path) as keyof typeof CONTENT_TYPES], etag: entityTagOf(body) };
}

/** Sends a file, or 304 if the browser has it cached. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: StaticFile): FastifyReply {
  // Revalidated at every use, so that a page never loads the files of another version.
  void reply.header('cache-control', 'no-cache').header('etag', file.etag);
  if (namesTag(request.headers['if-none-match'], file.etag)) return reply.code(304).send();
  return reply.type(file.contentType).send(file.body);
}

/** Whether `If-None-Match` (RFC 9110, section 13.1.2) lists a tag. A compressing proxy makes the tag weak, so `W/` is ignored. */
function namesTag(list: string | undefined, etag: string): boolean {
  return list?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false;
}
