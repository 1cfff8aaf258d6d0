import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { type KeptFile, keepFile, sendFile } from './kept-file.js';

const REFERENCE_PATH = '/docs';
const SWAGGER_PATH = '/swagger';

/** The files the pages load, by path; nothing else of a package is served. */
const ASSETS: Readonly<Record<string, string>> = {
  [`${REFERENCE_PATH}/icon.svg`]: './browser/icon.svg',
  [`${REFERENCE_PATH}/reference.css`]: './browser/reference.css',
  [`${REFERENCE_PATH}/reference.js`]: './browser/reference.js',
  [SWAGGER_PATH]: './browser/swagger.html',
  [`${SWAGGER_PATH}/swagger.css`]: './browser/swagger.css',
  [`${SWAGGER_PATH}/swagger.js`]: './browser/swagger.js',
  [`${SWAGGER_PATH}/swagger-ui.css`]: 'swagger-ui-dist/swagger-ui.css',
  [`${SWAGGER_PATH}/swagger-ui-bundle.js`]: 'swagger-ui-dist/swagger-ui-bundle.js',
};
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const REFERENCE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Swagger UI also calls this server, and holds the pictures of its buttons in its style sheet. */
const SWAGGER_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Whether a path is a page for people or a file of one, not a call of the API. */
export function isDocsPath(path: string): boolean {
  return path === '/' || isBelow(path, REFERENCE_PATH) || isBelow(path, SWAGGER_PATH);
}

function isBelow(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}/`);
}

/** What a page may load and do (Content-Security-Policy): nothing of any other host. */
export function pageManners(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  const isSwagger = isBelow(request.routeOptions.url ?? '', SWAGGER_PATH);
  void reply
    .header('content-security-policy', isSwagger ? SWAGGER_POLICY : REFERENCE_POLICY)
    .header('x-content-type-options', 'nosniff');
  done();
}

/** Serves the document, Swagger UI and the reference; each is loaded and built when it is first asked for. */
export function serveDocs(app: NestFastifyApplication): void {
  let document: Promise<OpenAPIObject> | undefined;
  const openApi = (): Promise<OpenAPIObject> =>
    (document ??= import('./openapi.js').then(({ buildOpenApi }) => buildOpenApi(app)));

  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/', (_request, reply) => reply.redirect(REFERENCE_PATH));
  fastify.get('/openapi.json', async (_request, reply) => reply.send(await openApi()));
  fastify.get(REFERENCE_PATH, async (request, reply) => sendFile(request, reply, await referenceOf(await openApi())));
  // The page's links are relative to its path without the slash.
  fastify.get(`${SWAGGER_PATH}/`, (_request, reply) => reply.redirect(`..${SWAGGER_PATH}`));
  for (const [path, source] of Object.entries(ASSETS)) {
    let file: Promise<KeptFile> | undefined;
    fastify.get(path, async (request, reply) => sendFile(request, reply, await (file ??= readAsset(source))));
  }
}

const references = new WeakMap<OpenAPIObject, Promise<KeptFile>>();

/** The reference of a document, rendered once. */
function referenceOf(document: OpenAPIObject): Promise<KeptFile> {
  let page = references.get(document);
  if (page === undefined) {
    page = import('./reference/render-reference.js').then(({ renderReference }) =>
      keepFile(renderReference(document), 'text/html; charset=utf-8'),
    );
    references.set(document, page);
  }
  return page;
}

async function readAsset(source: string): Promise<KeptFile> {
  const body = await readFile(new URL(import.meta.resolve(source)));
  return keepFile(body, CONTENT_TYPES[extname(source)] ?? 'application/octet-stream');
}
