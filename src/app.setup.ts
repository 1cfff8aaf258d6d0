import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { answeredAhead, type RoutesAhead } from './answered-ahead.js';
import { answerAhead } from './auth/answer-ahead.js';
import { Authenticator } from './auth/authenticator.js';
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
  const ahead = answeredAhead(app);
  watchRoutes(app, ahead);
  listenAhead(app, ahead);
  serveDocs(app);
  await app.init();
  return app;
}

/** Every route is remembered for the 405 answers, and gets the manners of the API or of a page. */
function watchRoutes(app: NestFastifyApplication, ahead: RoutesAhead): void {
  const routes = app.get(RouteTable);
  const drain = app.get(Drain);
  const mannersOf = (path: string) => apiManners(drain, ahead.get(path)?.manners ?? { negotiates: true });
  const fastify = app.getHttpAdapter().getInstance();
  // An object that gets a property after it was made is slower to read ever after.
  for (const name of ['principal', 'loggedIn']) fastify.decorateRequest(name);
  fastify.addHook('onRoute', (route) => {
    routes.add(route.method, route.url);
    route.onRequest = isDocsPath(route.url) ? pageManners : mannersOf(route.url);
  });
  // A connection kept open would keep a server from stopping that has nothing left to do.
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (drain.hasBegun) void reply.header('connection', 'close');
    done();
  });
}

/** What can be answered ahead of Fastify is; the rest is Fastify's. */
function listenAhead(app: NestFastifyApplication, ahead: RoutesAhead): void {
  const fastify = app.getHttpAdapter().getInstance();
  const answer = answerAhead(app.get(Authenticator), app.get(Drain), ahead);
  fastify.server.removeAllListeners('request').on('request', (request, response) => {
    if (!answer(request, response)) fastify.routing(request, response);
  });
}
