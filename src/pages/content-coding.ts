import Negotiator from 'negotiator';
import { promisify } from 'node:util';
import { brotliCompress, type BrotliOptions, constants, gzip } from 'node:zlib';
import PQueue from 'p-queue';

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** The best first: a client that accepts several gets the smallest. */
const COMPRESSED = ['br', 'gzip'] as const;

/** A content coding (RFC 9110, section 8.4.1). */
export type Coding = 'identity' | (typeof COMPRESSED)[number];

/**
 * Half a megabyte takes 10 ms of a thread. A higher quality saves 8 %, but takes ten times as long at the first request, and
 * again for each host name that an unknown `PUBLIC_URL` lets a client choose.
 */
const BROTLI_QUALITY = 5;

/** A client lists a few codings. Each is parsed, so a long header is not. */
const ACCEPT_ENCODING_MAX_LENGTH = 500;

/** The coding for an `Accept-Encoding` header: the best that it accepts, or none. */
export function codingFor(acceptEncoding: string | undefined): Coding {
  if (acceptEncoding === undefined || acceptEncoding.length > ACCEPT_ENCODING_MAX_LENGTH) return 'identity';
  const accepted = new Negotiator({ headers: { 'accept-encoding': acceptEncoding } }).encodings([...COMPRESSED]);
  return COMPRESSED.find((coding) => accepted.includes(coding)) ?? 'identity';
}

/**
 * One at a time: a flood of requests for pages under many host names must leave the other threads of the pool to the hashing of
 * passwords.
 */
const queue = new PQueue({ concurrency: 1 });

/** Compresses a content in a thread of the pool. */
export async function encode(content: Buffer, coding: Coding): Promise<Buffer> {
  switch (coding) {
    case 'identity':
      return content;
    case 'gzip':
      return queue.add(() => deflate(content));
    case 'br':
      return queue.add(() => brotli(content, { params: brotliParameters(content) }));
  }
}

function brotliParameters(content: Buffer): BrotliOptions['params'] {
  return {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
}
