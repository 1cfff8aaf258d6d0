import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import findMyWay from 'find-my-way';
import { ApiError } from '../../errors/api-error.js';

/** The route that answers CORS preflights, and nothing else. */
export const PREFLIGHT_ROUTE = '*';

/** The methods of each path, which distinguish 405 from 404 (RFC 9110, section 15.5.6). */
@Injectable()
export class RouteTable {
  private readonly router = findMyWay();
  private readonly methods = new Set<findMyWay.HTTPMethod>();

  add(method: string | string[], pattern: string): void {
    if (pattern === PREFLIGHT_ROUTE) return;
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
    if (allowed.length === 0 || allowed.some((method) => method === request.method))
      return new ApiError('unknown_path');
    return new ApiError('method_not_allowed', { headers: { allow: allowed.join(', ') } });
  }
}
