import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiError } from '../errors/api-error.js';
import { requestOf } from './request-of.js';

/** Refuses a query that is not percent-encoded UTF-8. Fastify would read it literally, so two different queries would be equal. */
@Injectable()
export class QueryEncodingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { url } = requestOf(context);
    const start = url.indexOf('?');
    if (start < 0 || !url.includes('%', start)) return true;
    try {
      decodeURIComponent(url.slice(start));
    } catch {
      throw new ApiError('malformed_url');
    }
    return true;
  }
}
