import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { databaseCodeOf, isDatabaseUnavailable } from '../../database/database-errors.js';
import { JSON_UTF8 } from '../api-hook.js';
import { negotiateLocale } from '../content-language.js';
import { LogEntry, type LogFields } from '../../telemetry/log-entry.js';
import { traceOf } from '../request-trace.js';
import { ApiError } from '../../errors/api-error.js';
import type { ProblemCode } from '../../errors/problems.js';
import { errorBody } from './error-body.js';
import { PREFLIGHT_ROUTE, RouteTable } from './route-table.js';
import { refusalForProxies } from './refusal-for-proxies.js';
import { toApiError } from './to-api-error.js';

declare module 'fastify' {
  interface FastifyReply {
    /** The code of the error that is answered, for those who watch. */
    errorCode?: ProblemCode;
  }
}

/** How long the lines of requests that the database has failed for the same reason are one line. */
const FOLD_MS = 10_000;

/** The exception filter: it turns every thrown value into one of the documented errors. */
@Injectable()
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');
  /** When a request was logged that the database has failed, by the code of its failure. */
  private readonly loggedMs = new Map<string, number>();

  constructor(private readonly routes: RouteTable) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    // Fastify parses the body before it looks up the route: an unknown path gets 404 even if its body is invalid.
    const isMiss = request.is404 || request.routeOptions.url === PREFLIGHT_ROUTE;
    // A 404 would let a client send its credential by plain http until it finds the path.
    const isRefusedUnseen = thrown instanceof ApiError && thrown.code === 'https_required';
    const error = isMiss && !isRefusedUnseen ? this.routes.explainMiss(request) : toApiError(thrown, request.id);
    // A deliberate refusal, such as a full queue, is not a fault, and a storm of them must not fill the log.
    // Neither is a client that hangs up before its body is complete.
    const isFault = error.status >= 500 && !(thrown instanceof ApiError) && !hasHungUp(request);
    if (isFault) this.log(error, thrown, request);
    const isForProxies = request.routeOptions.config.policy?.isForProxies === true;
    answerError(reply, isForProxies ? refusalForProxies(error) : error);
  }

  /** Logs no message text, because the text of a database error can contain the statement and its values. */
  private log(error: ApiError, thrown: unknown, request: FastifyRequest): void {
    const code = databaseCodeOf(thrown);
    if (code !== undefined && isDatabaseUnavailable(thrown) && this.isToldAlready(code)) return;
    const reason = code === undefined ? String(thrown) : `database: ${code}`;
    const where = code === undefined && thrown instanceof Error ? thrown.stack : undefined;
    const path = request.routeOptions.url ?? 'unknown path';
    const message = `${error.code} (request ${request.id}) at ${request.method} ${path}: ${reason}`;
    this.logger.error(new LogEntry(message, fieldsOf(request, error)), where);
  }

  /** A database that is away fails each request, and a log on its disk would grow with them. */
  private isToldAlready(code: string): boolean {
    const nowMs = performance.now();
    const lastMs = this.loggedMs.get(code) ?? -Infinity;
    if (nowMs - lastMs < FOLD_MS) return true;
    this.loggedMs.set(code, nowMs);
    return false;
  }
}

function hasHungUp({ raw }: FastifyRequest): boolean {
  return !raw.complete && (raw.destroyed || raw.errored !== null);
}

/** What the line of a fault says of the request. */
export function fieldsOf({ id, method, routeOptions, raw }: FastifyRequest, { code, status }: ApiError): LogFields {
  const { url: route } = routeOptions;
  const isRouted = route === undefined ? {} : { route };
  return {
    action: 'fault',
    outcome: 'failure',
    errorCode: code,
    requestId: id,
    method,
    status,
    ...isRouted,
    ...traceOf(raw),
  };
}

/** Sends an error in the format of the path's document and in the negotiated language. */
export function answerError(reply: FastifyReply, error: ApiError): void {
  const locale = negotiateLocale(reply);
  reply.errorCode = error.code;
  void reply.status(error.status).headers(error.headers).type(JSON_UTF8);
  void reply.send(errorBody(error, reply.request.url, locale, reply.server.publicUrl));
}
