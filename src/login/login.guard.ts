import { type CanActivate, type ExecutionContext, mixin, type Type } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { ApiError } from '../errors/api-error.js';
import { requestOf } from '../http/request-of.js';
import { requestPipe } from '../http/request.pipe.js';

/**
 * The guard of a login. Passport checks the password in a guard, so the body must be validated here and not by the handler's
 * pipe. Use it with `NoQueryGuard`: Passport would also take a password from the query string.
 */
export function LoginGuard(strategy: string, bodyType: Type<object>): Type<CanActivate> {
  class StrategyLoginGuard extends AuthGuard(strategy) {
    override async canActivate(context: ExecutionContext): Promise<boolean> {
      const request = requestOf(context);
      request.body = await requestPipe.transform(request.body, { type: 'body', metatype: bodyType });
      await super.canActivate(context);
      return true;
    }

    override getAuthenticateOptions(): { session: boolean; property: string } {
      return { session: false, property: 'loggedIn' };
    }

    override handleRequest<User>(error: unknown, user: User | false | null): User {
      if (error !== null && error !== undefined) throw error as Error;
      if (!user) throw new ApiError('incorrect_credentials');
      return user;
    }
  }
  return mixin(StrategyLoginGuard);
}
