import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Origin } from '../net/origin.js';
import { loginOriginOf } from './login-origin.js';
import { requestOf } from './request-of.js';

/** Injects the network origin of the request into a handler. */
export const RequestOrigin = createParamDecorator((_: unknown, context: ExecutionContext): Origin => {
  return loginOriginOf(requestOf(context));
});
