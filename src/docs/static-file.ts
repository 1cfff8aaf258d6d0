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

/** A page, or a file it loads, as it is sent. */
export interface StaticFile {
  readonly body: Buffer;
  readonly contentType: string;
  /** RFC 9110, section 8.8.3. */
  readonly etag: string;
}

/** A tag that no other content has. */
export function entityTagOf(content: string | Buffer): string {
  return `"${createHash('sha256').update(content).digest('base64url')}"`;
}

/** @param url of the file on this machine */
export async function readStaticFile(url: string): Promise<StaticFile> {
  const body = await readFile(new URL(url));
  return { body, contentType: CONTENT_TYPES[extname(url) as keyof typeof CONTENT_TYPES], etag: entityTagOf(body) };
}

/** Sends a file, or 304 to a browser that has it. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: StaticFile): FastifyReply {
  // Asked for each time, and sent when it has changed: a page never meets the files of another version.
  void reply.header('cache-control', 'no-cache').header('etag', file.etag);
  if (namesTag(request.headers['if-none-match'], file.etag)) return reply.code(304).send();
  return reply.type(file.contentType).send(file.body);
}

/** Whether a list of tags (RFC 9110, section 13.1.2) has a tag in it. A proxy that compresses makes the tag a weak one. */
function namesTag(list: string | undefined, etag: string): boolean {
  return list?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false;
}
