import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Settings } from './config/settings.js';
import { isDocsPath, serveDocs } from './docs/serve-docs.js';
import { RouteTable } from './errors/route-table.js';
import { Drain } from './health/drain.js';
import { apiManners } from './http/api-manners.js';
import { createHttpAdapter } from './http/http-adapter.js';
import { requestBodyPipe } from './http/request-body.pipe.js';

/** The whole server, ready to listen. */
export async function createApp(settings: Settings): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(settings), createHttpAdapter(), {
    bodyParser: false,
    abortOnError: false,
    // Until it answers, what goes wrong is thrown, and told in one line by whoever starts it.
    logger: false,
  });
  app.enableShutdownHooks();
  app.useGlobalPipes(requestBodyPipe());
  if (settings.corsOrigins.length > 0) allowOrigins(app, settings.corsOrigins);
  watchRoutes(app);
  serveDocs(app);
  await app.init();
  return app;
}

/** Lets pages of these origins call the API, and read the JWT that the accounts door puts in a header. */
function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): void {
  app.enableCors({
    origin: [...origins],
    exposedHeaders: ['Authorization', 'Link', 'Retry-After', 'WWW-Authenticate'],
    maxAge: 600,
  });
}

/** Every route is remembered for the 405 answers, and each that is not a page gets the API's manners. */
function watchRoutes(app: NestFastifyApplication): void {
  const routes = app.get(RouteTable);
  const manners = apiManners(app.get(Drain));
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      routes.add(route.method, route.url);
      if (!isDocsPath(route.url)) route.onRequest = manners;
    });
}
