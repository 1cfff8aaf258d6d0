import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { requestOf } from '../http/request-of.js';
import { type Actor, actorOf } from './actor.js';

/** Hands a handler who asks, with what and from where; for guarded routes. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const request = requestOf(context);
  if (request.principal === undefined) throw new Error('A public route has no actor');
  return actorOf(request.principal, request);
});
