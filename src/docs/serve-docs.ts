import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { createRequire } from 'node:module';
import { Settings } from '../config/settings.js';
import { publicUrlOf } from '../net/public-url.js';
import { readStaticFile, sendFile } from './static-file.js';
import { URL_PLACEHOLDER, UrlTemplate } from './url-template.js';

const { resolve } = createRequire(import.meta.url);

const REFERENCE_PATH = '/docs';
const SWAGGER_PATH = '/swagger';

/** The Swagger UI page and the files of both pages, by path. No other file of a package is served. */
const FILES: Readonly<Record<string, string>> = {
  [`${REFERENCE_PATH}/icon.svg`]: '#browser/icon.svg',
  [`${REFERENCE_PATH}/reference.css`]: '#browser/reference.css',
  [`${REFERENCE_PATH}/reference.js`]: '#browser/reference.js',
  [SWAGGER_PATH]: '#browser/swagger.html',
  [`${SWAGGER_PATH}/swagger.css`]: '#browser/swagger.css',
  [`${SWAGGER_PATH}/swagger.js`]: '#browser/swagger.js',
  [`${SWAGGER_PATH}/swagger-ui.css`]: 'swagger-ui-dist/swagger-ui.css',
  [`${SWAGGER_PATH}/swagger-ui-bundle.js`]: 'swagger-ui-dist/swagger-ui-bundle.js',
};

const REFERENCE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Swagger UI also calls this server, and its style sheet contains its icons as `data:` URLs. */
const SWAGGER_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Whether a path is a documentation page or one of its files, not an API call. */
export function isDocsPath(path: string): boolean {
  return path === '/' || isBelow(path, REFERENCE_PATH) || isBelow(path, SWAGGER_PATH);
}

function isBelow(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}/`);
}

/** Sets the Content-Security-Policy of a page: it loads nothing from another host. */
export function pageHook(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  const isSwagger = isBelow(request.routeOptions.url ?? '', SWAGGER_PATH);
  void reply
    .header('content-security-policy', isSwagger ? SWAGGER_POLICY : REFERENCE_POLICY)
    .header('x-content-type-options', 'nosniff');
  done();
}

/** Serves the OpenAPI document, Swagger UI and the reference. Each is built at its first request. */
export function serveDocs(app: NestFastifyApplication): void {
  const settings = app.get(Settings);
  const { publicUrl } = settings;
  const urlOf = (request: FastifyRequest): string => publicUrlOf(request, settings);
  const document = once(async () => {
    const [{ buildOpenApi }, { withSamples }] = await Promise.all([
      import('./openapi.js'),
      import('./with-samples.js'),
    ]);
    return withSamples(buildOpenApi(app, URL_PLACEHOLDER), URL_PLACEHOLDER);
  });
  const openApi = once(async () => new UrlTemplate(JSON.stringify(await document()), '.json'));
  const reference = once(async () => {
    const { renderReference } = await import('./reference/render-reference.js');
    return new UrlTemplate(renderReference(await document(), URL_PLACEHOLDER), '.html');
  });

  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/openapi.json', async (request, reply) => reply.send((await openApi()).at(urlOf(request)).body));
  fastify.get(REFERENCE_PATH, async (request, reply) =>
    sendFile(request, reply, (await reference()).at(urlOf(request))),
  );
  // Relative if the public URL is unknown, because a proxy may have stripped a prefix from the path.
  const redirect = (from: string, to: string, relative: string): void => {
    fastify.get(from, (_request, reply) => reply.redirect(publicUrl === undefined ? relative : publicUrl + to));
  };
  redirect('/', REFERENCE_PATH, `.${REFERENCE_PATH}`);
  // The links of the pages are relative to their paths without the trailing slash.
  redirect(`${REFERENCE_PATH}/`, REFERENCE_PATH, `..${REFERENCE_PATH}`);
  redirect(`${SWAGGER_PATH}/`, SWAGGER_PATH, `..${SWAGGER_PATH}`);
  for (const [path, source] of Object.entries(FILES)) {
    const file = once(() => readStaticFile(resolve(source)));
    fastify.get(path, async (request, reply) => sendFile(request, reply, await file()));
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
