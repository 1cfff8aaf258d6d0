import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import { Drain } from '../http/drain.js';
import { serveFiles } from '../pages/serve-files.js';
import { CONSOLE_PATH } from './console-path.js';
import { PageServer } from './page-server.js';

const { resolve } = createRequire(import.meta.url);

/** Nothing of another origin: a page that shows a secret must not be able to send it anywhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The `onRequest` hook of the console's pages and files. */
export function consoleHook(app: NestFastifyApplication) {
  const drain = app.get(Drain);
  const isSecure = app.get(Settings).publicUrl?.startsWith('https:') === true;
  const headers = {
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    // With `no-referrer` a browser sends `Origin: null`, which is all that tells a forged form over plain HTTP.
    'referrer-policy': isSecure ? 'no-referrer' : 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  };
  return (_request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    void reply.headers(headers);
    done(drain.hasBegun ? new ApiError('unavailable') : undefined);
  };
}

/** The script of the library, which its package serves by no name. */
function webauthnFile(): string {
  return join(dirname(resolve('@simplewebauthn/browser')), '../dist/bundle/index.umd.min.js');
}

/** Serves the pages of the console. They are never compressed: the size could reveal a secret that a page shows (BREACH). */
export function serveConsole(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const server = app.get(PageServer);
  const config = { policy: { negotiates: false, takesForm: true } };
  const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    server.refuse(error, request, reply);
  };
  for (const page of server.pages) {
    const handler = (request: FastifyRequest, reply: FastifyReply) => server.answer(page, request, reply);
    const url = CONSOLE_PATH + page.path;
    fastify.route({ method: 'GET', url, config, errorHandler, handler });
    if (page.submit !== undefined) fastify.route({ method: 'POST', url, config, errorHandler, handler });
  }
  const miss = (request: FastifyRequest, reply: FastifyReply) => server.answer(undefined, request, reply);
  fastify.route({ method: 'GET', url: `${CONSOLE_PATH}/*`, config, errorHandler, handler: miss });
  serveFiles(fastify, {
    [`${CONSOLE_PATH}/icon.svg`]: '#pages/icon.svg',
    [`${CONSOLE_PATH}/base.css`]: '#pages/base.css',
    [`${CONSOLE_PATH}/copy.js`]: '#pages/copy.js',
    [`${CONSOLE_PATH}/console.css`]: '#console/console.css',
    [`${CONSOLE_PATH}/console.js`]: '#console/console.js',
    [`${CONSOLE_PATH}/passkey.js`]: '#console/passkey.js',
    [`${CONSOLE_PATH}/webauthn.js`]: webauthnFile(),
  });
}
