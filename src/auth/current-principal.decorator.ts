import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { requestOf } from '../http/request-of.js';
import type { Principal } from './principal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard on every route that is not public. */
    principal?: Principal;
  }
}

/** Injects the principal of the request into a handler. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return requestOf(context).principal;
});
