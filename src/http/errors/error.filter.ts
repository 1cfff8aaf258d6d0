import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { JSON_UTF8 } from '../api-hook.js';
import { settleLanguage } from '../content-language.js';
import { ApiError } from '../../errors/api-error.js';
import { errorBody } from './error-body.js';
import { PREFLIGHT_ROUTE, RouteTable } from './route-table.js';
import { toApiError } from './to-api-error.js';

/** The last stop of every failure: whatever was thrown becomes one of the documented errors. */
@Injectable()
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');

  constructor(private readonly routes: RouteTable) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    // Fastify reads a body before it looks for a handler: an unknown path is one whatever its body is.
    const isMiss = request.is404 || request.routeOptions.url === PREFLIGHT_ROUTE;
    const error = isMiss ? this.routes.explainMiss(request) : toApiError(thrown, request.id);
    // Turning a request away on purpose is no fault, and a storm of them must not fill the log.
    if (error.status >= 500 && !(thrown instanceof ApiError)) this.log(error, thrown, request);
    answerError(reply, error);
  }

  /** The statement and its values stay out of the log: a database error's own text can carry them. */
  private log(error: ApiError, thrown: unknown, request: FastifyRequest): void {
    const { driverError } = thrown as { driverError?: { code?: string; message?: string } };
    const reason = driverError ? `database: ${String(driverError.code)}` : String(thrown);
    const where = driverError || !(thrown instanceof Error) ? undefined : thrown.stack;
    const path = request.routeOptions.url ?? 'unknown path';
    this.logger.error(`${error.code} (request ${request.id}) at ${request.method} ${path}: ${reason}`, where);
  }
}

/** Sends an error in the style of the path's document, and in its reader's language. */
export function answerError(reply: FastifyReply, error: ApiError): void {
  const locale = settleLanguage(reply);
  void reply.status(error.status).headers(error.headers).type(JSON_UTF8);
  void reply.send(errorBody(error, reply.request.url, locale));
}
