import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { Settings } from '../config/settings.js';
import { documentsByOrigin } from './documents-by-origin.js';
import { buildOpenApi } from './openapi.js';
import { publicOriginOf } from './public-origin.js';
import { referencePage } from './reference-page.js';

const SWAGGER_PATH = '/swagger';
const REFERENCE_PATH = '/docs';
const REFERENCE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Swagger UI sets styles of its own in the page, and calls this server alone. */
const SWAGGER_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Whether a path is a page for people, not a call of the API. */
export function isDocsPath(path: string): boolean {
  return path === '/' || path === REFERENCE_PATH || path === SWAGGER_PATH || path.startsWith(`${SWAGGER_PATH}/`);
}

/** What a page may load and do (Content-Security-Policy): nothing of any other host. */
export function pageManners(_request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  void reply.header('content-security-policy', SWAGGER_POLICY).header('x-content-type-options', 'nosniff');
  done();
}

/** Serves the document, Swagger UI and the reference; each is built when it is first asked for. */
export function serveDocs(app: NestFastifyApplication): void {
  const settings = app.get(Settings);
  let document: OpenAPIObject | undefined;
  const build = (): OpenAPIObject => (document ??= buildOpenApi(app));
  const documentFor = documentsByOrigin(build);
  const openApi = (request: FastifyRequest): OpenAPIObject => documentFor(publicOriginOf(request, settings));
  SwaggerModule.setup(SWAGGER_PATH, app, build, {
    patchDocumentOnRequest: (request) => openApi(request as FastifyRequest),
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Elastic personas API',
    // The validator is another host's.
    swaggerOptions: { persistAuthorization: true, validatorUrl: null },
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/', (_request, reply) => reply.redirect(REFERENCE_PATH));
  fastify.get(REFERENCE_PATH, (request, reply) =>
    reply
      .header('content-security-policy', REFERENCE_POLICY)
      .type('text/html; charset=utf-8')
      .send(referencePage(openApi(request))),
  );
}
