import type { FastifyInstance } from 'fastify';
import { createRequire } from 'node:module';
import { readStaticFile, sendFile } from './static-file.js';

const { resolve } = createRequire(import.meta.url);

/**
 * Serves files of packages, each read at its first request. No other file of a package is served.
 * @param files the name of each file in its package, such as `#pages/base.css`, by the path at which it is served
 */
export function serveFiles(fastify: FastifyInstance, files: Readonly<Record<string, string>>): void {
  for (const [path, source] of Object.entries(files)) {
    const file = once(() => readStaticFile(resolve(source)));
    fastify.get(path, async (request, reply) => sendFile(request, reply, await file()));
  }
}

/** A function that makes its result at its first call, and keeps it. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
