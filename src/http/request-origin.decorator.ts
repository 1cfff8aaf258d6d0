import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Origin, originOf } from '../net/origin.js';
import { requestOf } from './request-of.js';

/** Injects the network origin of the request into a handler. */
export const RequestOrigin = createParamDecorator((_: unknown, context: ExecutionContext): Origin => {
  return originOf(requestOf(context));
});
