import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { requestOf } from '../http/request-of.js';
import type { LoggedInUser } from './login.service.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the login guard. */
    loggedIn?: LoggedInUser;
  }
}

/** Passes the user who has just logged in, and the JWT, to the handler of a login. */
export const LoggedIn = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return requestOf(context).loggedIn;
});
