import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import findMyWay from 'find-my-way';
import { ApiError } from '../../errors/api-error.js';
import { message, type Message } from '../../i18n/message.js';
import { knownPath, type KnownPath, nearestPath } from './nearest-path.js';

/** The route that answers CORS preflights, and nothing else. */
export const PREFLIGHT_ROUTE = '*';

/** The methods of each path, which distinguish 405 from 404 (RFC 9110, section 15.5.6), and the path that was probably meant. */
@Injectable()
export class RouteTable {
  private readonly router = findMyWay();
  private readonly methods = new Set<findMyWay.HTTPMethod>();
  private readonly paths = new Map<string, KnownPath>();

  /** @param isCall whether a client of the API may have meant it: the name of a page would compete with that of a call. */
  add(method: string | string[], pattern: string, isCall: boolean): void {
    if (pattern === PREFLIGHT_ROUTE) return;
    if (isCall) this.paths.set(pattern, knownPath(pattern));
    for (const one of [method].flat() as findMyWay.HTTPMethod[]) {
      if (this.router.hasRoute(one, pattern)) continue;
      this.router.on(one, pattern, () => undefined);
      this.methods.add(one);
    }
  }

  /** The error for a request that matches no route. */
  explainMiss(request: FastifyRequest): ApiError {
    const path = request.url.split('?', 1)[0] ?? '/';
    const allowed = [...this.methods].filter((method) => this.router.find(method, path) !== null);
    if (allowed.length === 0 || allowed.some((method) => method === request.method)) {
      const near = nearestPath(path, this.paths.values());
      return new ApiError(
        'unknown_path',
        near === undefined ? {} : { message: message('unknown_path_near', { path: near }) },
      );
    }
    return new ApiError('method_not_allowed', {
      message: isPreflight(request) ? message('preflight_refused') : useAnother(request.method, allowed),
      headers: { allow: allowed.join(', ') },
    });
  }
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && 'access-control-request-method' in headers;
}

function useAnother(method: string, allowed: readonly string[]): Message {
  const methods = allowed.filter((one) => one !== 'HEAD').join(', ');
  return message('use_another_method', { method, methods });
}
