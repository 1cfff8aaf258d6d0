import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { User } from '../user/user.entity.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the login guard. */
    loggedIn?: User;
  }
}

/** Hands a login's handler the user whose password was right. */
export const LoggedIn = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<FastifyRequest>().loggedIn;
});
