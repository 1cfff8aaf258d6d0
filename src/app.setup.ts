import { Logger, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import cluster from 'node:cluster';
import { AppModule } from './app.module.js';
import { FastPath } from './auth/fast-path.js';
import { normalizeVerifyRequest } from './auth/verify-request.js';
import type { Settings } from './config/settings.js';
import { CONSOLE_PATH, isConsolePath } from './console/console-path.js';
import { consoleHook, serveConsole } from './console/serve-console.js';
import { Background } from './database/background.js';
import { LogFolding } from './database/log-folding.js';
import { isDocsPath, pageHook, serveDocs } from './docs/serve-docs.js';
import { StartProgress } from './health/start-progress.js';
import { answerBusy } from './http/errors/answer-busy.js';
import { forgetExchange, noteExchange } from './http/errors/client-error.js';
import { RouteTable } from './http/errors/route-table.js';
import { Drain } from './http/drain.js';
import { apiHook } from './http/api-hook.js';
import { ConnectionLimit } from './http/connection-limit.js';
import { allowOrigins } from './http/cors.js';
import { createHttpAdapter } from './http/http-adapter.js';
import { signalRequestEnds } from './http/request-end.js';
import { DEFAULT_POLICY } from './http/route-policy.js';
import { lingerForBody } from './http/linger.js';
import { hasBody } from './http/request-head.js';
import { REQUEST_ID_HEADER, requestIdsBehind } from './http/request-id.js';
import { normalizeTarget } from './http/request-target.js';
import { oneAtATime } from './http/one-at-a-time.js';
import { hasClient, StartQueue } from './http/start-queue.js';
import { LIFE, stopEntry } from './log/life-lines.js';
import { Spans } from './traces/spans.js';

/** Assembles the server, ready to listen. */
export async function createApp(settings: Settings): Promise<NestFastifyApplication> {
  const spans = await Spans.ofSdk();
  const module = AppModule.with(settings, await modulesOfMetrics(settings));
  const app = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(settings), {
    bodyParser: false,
    abortOnError: false,
    // Errors before the server listens are thrown, and `main` prints them in one line.
    logger: false,
  });
  // No others: of a crash in native code, Nest would make a process that neither works nor ends.
  app.enableShutdownHooks(['SIGTERM', 'SIGINT', 'SIGHUP']);
  if (settings.corsOrigins.length > 0) allowOrigins(app, settings.corsOrigins);
  watchRoutes(app, spans);
  listenAhead(app, settings);
  serveDocs(app);
  if (settings.servesConsole) serveConsole(app);
  writeTheRestAtTheEnd(app);
  await unlessStopping(app, () => app.init());
  return app;
}

/** Loaded only where they are gathered: their library costs the start some hundredths of a second. */
async function modulesOfMetrics({ metricsPort }: Settings): Promise<Type[]> {
  return metricsPort === undefined ? [] : [(await import('./metrics/metrics.module.js')).MetricsModule];
}

/**
 * A part of the start. If it fails because a signal has ended the server meanwhile, it never settles: the failure is none, and
 * the signal ends the process.
 */
export async function unlessStopping<T>(app: NestFastifyApplication, part: () => Promise<T>): Promise<T> {
  try {
    return await part();
  } catch (error) {
    if (app.get(Drain).hasBegun) return new Promise<never>(() => undefined);
    throw error;
  }
}

/** Records every route for the 405 responses, and adds the `onRequest` hook of the API, of the reference or of the console. */
function watchRoutes(app: NestFastifyApplication, spans: Spans | undefined): void {
  const routes = app.get(RouteTable);
  const drain = app.get(Drain);
  const ofConsole = consoleHook(app);
  const fastify = app.getHttpAdapter().getInstance();
  // Declared in advance, because V8 reads an object more slowly once a property is added to it.
  for (const name of ['principal', 'loggedIn']) fastify.decorateRequest(name);
  fastify.decorateReply('errorCode');
  fastify.addHook('onRoute', (route) => {
    const isInConsole = isConsolePath(route.url);
    routes.add(route.method, route.url, !isInConsole || route.url === CONSOLE_PATH);
    if (isDocsPath(route.url)) route.onRequest = pageHook;
    else if (isInConsole) route.onRequest = ofConsole;
    else route.onRequest = apiHook(drain, route.config?.policy ?? DEFAULT_POLICY);
  });
  spans?.watch(fastify);
  signalRequestEnds(fastify);
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    void reply.header(REQUEST_ID_HEADER, request.id);
    // An idle keep-alive connection would delay the stop, and a request on it could be lost with it.
    if (drain.isLeaving) void reply.header('connection', 'close');
    done();
  });
}

/** Tries the fast path for each request, then Fastify. */
function listenAhead(app: NestFastifyApplication, { publicUrl, trustedProxies }: Settings): void {
  const fastify = app.getHttpAdapter().getInstance();
  const fastPath = app.get(FastPath);
  const drain = app.get(Drain);
  const starts = new StartQueue();
  const idOf = requestIdsBehind(trustedProxies);
  drain.watch(fastify.server);
  new ConnectionLimit().watch(fastify.server);
  starts.watch(fastify.server);
  const handle = oneAtATime((request, response) => {
    request.url = normalizeTarget(request.url ?? '/');
    normalizeVerifyRequest(request, response);
    const isAnswered = !drain.isLeaving && fastPath.answer(request, response);
    if (!isAnswered || !response.shouldKeepAlive) noteExchange(request, response);
    if (isAnswered) return;
    const begin = (): void => {
      if (!hasClient(response)) return;
      if (hasBody(request)) lingerForBody(request);
      const route = (): void => {
        fastify.routing(request, response);
      };
      if (starts.begin(response, fastPath.isCheck(request), route)) return;
      if (drain.isLeaving) response.shouldKeepAlive = false;
      answerBusy(request, response, idOf(request), publicUrl);
    };
    const pass = (): void => {
      // Node may refuse the encoding, or what came with it, in the same read. The request has that one answer then, and not two.
      if (request.headers['transfer-encoding'] === undefined) begin();
      else process.nextTick(begin);
    };
    const renewal = drain.isLeaving ? undefined : fastPath.renew(request);
    if (renewal !== undefined) {
      void renewal.then(() => {
        if (drain.isLeaving || !fastPath.answer(request, response)) pass();
        else if (response.shouldKeepAlive) forgetExchange(request);
      });
    } else if (drain.isLeaving || !fastPath.take(request, response, pass)) pass();
  });
  fastify.server.removeAllListeners('request').on('request', handle);
}

/** Once the last request is answered, so that its last writes are in the database file, which is whole without its log. */
function writeTheRestAtTheEnd(app: NestFastifyApplication): void {
  const background = app.get(Background);
  const log = app.get(LogFolding);
  const drain = app.get(Drain);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onClose', async () => {
      await background.stop(() => log.fold());
      // With workers, the supervisor says it once for all of them.
      const isAlone = !cluster.isWorker && app.get(StartProgress).isOver;
      if (isAlone && drain.signal !== undefined) new Logger(LIFE).log(stopEntry(drain.signal));
    });
}
