import { Body, Query, UseGuards } from '@nestjs/common';
import { QueryEncodingGuard } from './query-encoding.guard.js';
import { formPipe, requestPipe } from './request.pipe.js';

/**
 * Injects the validated body as the DTO of the parameter. The pipe is bound here, because a global pipe would run for every
 * parameter of every request, including the principal.
 */
export const JsonBody = (): ParameterDecorator => Body(requestPipe);

/** Injects the validated form as the DTO of the parameter. A parameter that the DTO does not declare is ignored (RFC 6749, section 3.2). */
export const FormBody = (): ParameterDecorator => Body(formPipe);

/** Injects the validated query string as the DTO of the parameter. A query that is not properly encoded is refused. */
export const QueryFields = (): ParameterDecorator => (target, name, index) => {
  Query(requestPipe)(target, name, index);
  const handler = name === undefined ? undefined : Object.getOwnPropertyDescriptor(target, name);
  if (name !== undefined && handler !== undefined) UseGuards(QueryEncodingGuard)(target, name, handler);
};
