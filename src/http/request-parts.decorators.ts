import { Body, Query, UseGuards } from '@nestjs/common';
import { QueryEncodingGuard } from './query-encoding.guard.js';
import { requestPipe } from './request.pipe.js';

/**
 * Hands a handler the body as the DTO it names, checked. Bound here and not for the whole application, where it would
 * run at every request for every parameter, the principal included.
 */
export const JsonBody = (): ParameterDecorator => Body(requestPipe);

/** Hands a handler the query string's fields as the DTO it names, checked; what is not encoded as a query is refused. */
export const QueryFields = (): ParameterDecorator => (target, name, index) => {
  Query(requestPipe)(target, name, index);
  const handler = name === undefined ? undefined : Object.getOwnPropertyDescriptor(target, name);
  if (name !== undefined && handler !== undefined) UseGuards(QueryEncodingGuard)(target, name, handler);
};
