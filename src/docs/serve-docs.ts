import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { Settings } from '../config/settings.js';
import { publicUrlOf } from '../net/public-url.js';
import { isBelow } from '../pages/page-paths.js';
import { once, serveFiles } from '../pages/serve-files.js';
import { type CONTENT_TYPES, sendDocument, sendFile } from '../pages/static-file.js';
import { URL_PLACEHOLDER, UrlTemplate } from './url-template.js';

const REFERENCE_PATH = '/docs';
/** The reference as one Markdown text, and its index in the form of llmstxt.org. */
const MARKDOWN_PATH = '/docs.md';
const INDEX_PATH = '/llms.txt';
const SWAGGER_PATH = '/swagger';

/** The style sheet and the scripts of the reference. */
const REFERENCE_FILES = [
  'reference.css',
  'language.js',
  'reference.js',
  'dom.js',
  'login.js',
  'navigation.js',
  'search.js',
  'search-index.js',
];

/** The Swagger UI page and the files of both pages, by path. No other file of a package is served. */
const FILES: Readonly<Record<string, string>> = {
  // Browsers ask for it from any page without an icon, such as a JSON answer.
  '/favicon.ico': '#pages/icon.svg',
  [`${REFERENCE_PATH}/icon.svg`]: '#pages/icon.svg',
  [`${REFERENCE_PATH}/base.css`]: '#pages/base.css',
  [`${REFERENCE_PATH}/copy.js`]: '#pages/copy.js',
  ...Object.fromEntries(REFERENCE_FILES.map((name) => [`${REFERENCE_PATH}/${name}`, `#browser/${name}`])),
  [SWAGGER_PATH]: '#browser/swagger.html',
  [`${SWAGGER_PATH}/swagger.css`]: '#browser/swagger.css',
  [`${SWAGGER_PATH}/swagger.js`]: '#browser/swagger.js',
  [`${SWAGGER_PATH}/swagger-ui.css`]: 'swagger-ui-dist/swagger-ui.css',
  [`${SWAGGER_PATH}/swagger-ui-bundle.js`]: 'swagger-ui-dist/swagger-ui-bundle.js',
};

const OTHER_PAGES: readonly string[] = ['/', '/favicon.ico', MARKDOWN_PATH, INDEX_PATH];

/** The reference calls this server to log in. */
const REFERENCE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Swagger UI's style sheet contains its icons as `data:` URLs. */
const SWAGGER_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Whether a path is a documentation page or one of its files, not an API call. */
export function isDocsPath(path: string): boolean {
  return OTHER_PAGES.includes(path) || isBelow(path, REFERENCE_PATH) || isBelow(path, SWAGGER_PATH);
}

/** Sets the Content-Security-Policy of a page: it loads nothing from another host. */
export function pageHook(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  const isSwagger = isBelow(request.routeOptions.url ?? '', SWAGGER_PATH);
  void reply
    .header('content-security-policy', isSwagger ? SWAGGER_POLICY : REFERENCE_POLICY)
    .header('x-content-type-options', 'nosniff');
  done();
}

/**
 * Serves the OpenAPI document, Swagger UI and the reference. Each is built at its first request, and compressed: none contains
 * a secret, which the size of a compressed answer could reveal (BREACH).
 */
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
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/openapi.json', async (request, reply) =>
    sendDocument(request, reply, (await openApi()).at(urlOf(request))),
  );
  const serve = (path: string, extension: keyof typeof CONTENT_TYPES, load: () => Promise<Renderer>): void => {
    const template = once(async () => new UrlTemplate((await load())(await document(), URL_PLACEHOLDER), extension));
    fastify.get(path, async (request, reply) => sendFile(request, reply, (await template()).at(urlOf(request))));
  };
  serve(REFERENCE_PATH, '.html', async () => (await import('./reference/render-reference.js')).renderReference);
  serve(MARKDOWN_PATH, '.md', async () => (await import('./text/render-markdown.js')).renderMarkdown);
  serve(INDEX_PATH, '.txt', async () => (await import('./text/render-index.js')).renderIndex);
  // Relative if the public URL is unknown, because a proxy may have stripped a prefix from the path.
  const redirect = (from: string, to: string, relative: string): void => {
    fastify.get(from, (_request, reply) => reply.redirect(publicUrl === undefined ? relative : publicUrl + to));
  };
  redirect('/', REFERENCE_PATH, `.${REFERENCE_PATH}`);
  // The links of the pages are relative to their paths without the trailing slash.
  redirect(`${REFERENCE_PATH}/`, REFERENCE_PATH, `..${REFERENCE_PATH}`);
  redirect(`${SWAGGER_PATH}/`, SWAGGER_PATH, `..${SWAGGER_PATH}`);
  serveFiles(fastify, FILES);
}

/** Renders the document for the server at a URL. */
type Renderer = (document: OpenAPIObject, serverUrl: string) => string;
