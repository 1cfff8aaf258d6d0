import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { requestOf } from '../http/request-of.js';
import type { LoggedInUser } from './login.service.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the login guard. */
    loggedIn?: LoggedInUser;
  }
}

/** Hands a login's handler the user who has just logged in, and their JWT. */
export const LoggedIn = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return requestOf(context).loggedIn;
});
