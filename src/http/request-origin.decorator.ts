import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Origin, originOf } from '../net/origin.js';
import { requestOf } from './request-of.js';

/** Hands a handler where its request comes from. */
export const RequestOrigin = createParamDecorator((_: unknown, context: ExecutionContext): Origin => {
  return originOf(requestOf(context));
});
