import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';

const CONTENT_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A page, or a file it loads, as it is sent. */
export interface KeptFile {
  readonly body: string | Buffer;
  readonly contentType: string;
  /** RFC 9110, section 8.8.3. */
  readonly etag: string;
}

export function keepFile(body: string | Buffer, extension: keyof typeof CONTENT_TYPES): KeptFile {
  const hash = createHash('sha256').update(body).digest('base64url');
  return { body, contentType: CONTENT_TYPES[extension], etag: `"${hash}"` };
}

/** @param url of the file on this machine */
export async function readKeptFile(url: string): Promise<KeptFile> {
  return keepFile(await readFile(new URL(url)), extname(url) as keyof typeof CONTENT_TYPES);
}

/** Sends a file, or 304 to a browser that has it. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: KeptFile): FastifyReply {
  // Asked for each time, and sent when it has changed: a page never meets the files of another version.
  void reply.header('cache-control', 'no-cache').header('etag', file.etag);
  // A proxy that compresses makes the tag a weak one.
  const known = request.headers['if-none-match']?.split(/\s*,\s*/).map((tag) => tag.replace(/^W\//, ''));
  if (known?.includes(file.etag)) return reply.code(304).send();
  return reply.type(file.contentType).send(file.body);
}
