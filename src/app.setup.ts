import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { FastPath } from './auth/fast-path.js';
import type { Settings } from './config/settings.js';
import { isDocsPath, pageManners, serveDocs } from './docs/serve-docs.js';
import { RouteTable } from './http/errors/route-table.js';
import { Drain } from './http/drain.js';
import { apiManners } from './http/api-manners.js';
import { allowOrigins } from './http/cors.js';
import { createHttpAdapter } from './http/http-adapter.js';

/** The whole server, ready to listen. */
export async function createApp(settings: Settings): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(settings), createHttpAdapter(settings), {
    bodyParser: false,
    abortOnError: false,
    // Until it answers, what goes wrong is thrown, and told in one line by whoever starts it.
    logger: false,
  });
  app.enableShutdownHooks();
  if (settings.corsOrigins.length > 0) allowOrigins(app, settings.corsOrigins);
  watchRoutes(app);
  listenAhead(app);
  serveDocs(app);
  await app.init();
  return app;
}

/** Every route is remembered for the 405 answers, and gets the manners of the API or of a page. */
function watchRoutes(app: NestFastifyApplication): void {
  const routes = app.get(RouteTable);
  const drain = app.get(Drain);
  const fastPath = app.get(FastPath);
  const fastify = app.getHttpAdapter().getInstance();
  // An object that gets a property after it was made is slower to read ever after.
  for (const name of ['principal', 'loggedIn']) fastify.decorateRequest(name);
  fastify.addHook('onRoute', (route) => {
    routes.add(route.method, route.url);
    route.onRequest = isDocsPath(route.url) ? pageManners : apiManners(drain, fastPath.mannersOf(route.url));
  });
  // A connection kept open would keep a server from stopping that has nothing left to do.
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (drain.hasBegun) void reply.header('connection', 'close');
    done();
  });
}

/** What can be answered ahead of Fastify is; the rest is Fastify's. */
function listenAhead(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const fastPath = app.get(FastPath);
  const drain = app.get(Drain);
  fastify.server.removeAllListeners('request').on('request', (request, response) => {
    if (drain.hasBegun || !fastPath.answer(request, response)) fastify.routing(request, response);
  });
}
