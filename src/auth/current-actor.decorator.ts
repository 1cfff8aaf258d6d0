import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { requestOf } from '../http/request-of.js';
import { type Actor, actorOf } from './actor.js';

/** Injects the actor of the request into a handler. For guarded routes only. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const request = requestOf(context);
  if (request.principal === undefined) throw new Error('A public route has no actor');
  return actorOf(request.principal, request);
});
