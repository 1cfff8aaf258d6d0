import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { addVary } from '../http/vary.js';
import { type Coding, codingFor, encode } from './content-coding.js';

export const CONTENT_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** A page or one of its files, ready to send in every content coding. It must contain no secret. */
export class StaticFile {
  private readonly encoded = new Map<Coding, Promise<Buffer>>();

  /** @param hash the hash of the content, for the entity tags */
  constructor(
    private readonly body: Buffer,
    readonly contentType: string,
    private readonly hash: string,
  ) {}

  /** The content in a coding. Each is made at its first request, and kept. */
  in(coding: Coding): Promise<Buffer> {
    const made = this.encoded.get(coding) ?? encode(this.body, coding);
    this.encoded.set(coding, made);
    return made;
  }

  /** The entity tag of the content in a coding: each coding is a representation of its own (RFC 9110, section 8.8.3.3). */
  etagIn(coding: Coding): string {
    return coding === 'identity' ? `"${this.hash}"` : `"${this.hash}-${coding}"`;
  }
}

export function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('base64url');
}

export async function readStaticFile(path: string): Promise<StaticFile> {
  const body = await readFile(path);
  return new StaticFile(body, CONTENT_TYPES[extname(path) as keyof typeof CONTENT_TYPES], hashOf(body));
}

/** Sends a file, or 304 if the browser has it cached. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: StaticFile,
): Promise<FastifyReply | Buffer> {
  const coding = codingFor(request.headers['accept-encoding']);
  const etag = file.etagIn(coding);
  // Revalidated at every use, so that a page never loads the files of another version.
  void reply.header('cache-control', 'no-cache').header('etag', etag);
  if (namesTag(request.headers['if-none-match'], etag)) {
    addVary(reply, 'Accept-Encoding');
    return reply.code(304).send();
  }
  return sendEncoded(reply.type(file.contentType), file, coding);
}

/** Sends the OpenAPI document or another answer of the API that is the same for everyone, with the headers it has already. */
export async function sendDocument(request: FastifyRequest, reply: FastifyReply, file: StaticFile): Promise<Buffer> {
  return sendEncoded(reply, file, codingFor(request.headers['accept-encoding']));
}

async function sendEncoded(reply: FastifyReply, file: StaticFile, coding: Coding): Promise<Buffer> {
  addVary(reply, 'Accept-Encoding');
  if (coding !== 'identity') void reply.header('content-encoding', coding);
  return file.in(coding);
}

/** Whether `If-None-Match` (RFC 9110, section 13.1.2) lists a tag. A compressing proxy makes the tag weak, so `W/` is ignored. */
function namesTag(list: string | undefined, etag: string): boolean {
  return list?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false;
}
