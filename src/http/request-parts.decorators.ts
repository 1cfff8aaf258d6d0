import { Body, Query } from '@nestjs/common';
import { requestPipe } from './request.pipe.js';

/**
 * Hands a handler the body as the DTO it names, checked. Bound here and not for the whole application, where it would
 * run at every request for every parameter, the principal included.
 */
export const JsonBody = (): ParameterDecorator => Body(requestPipe);

/** Hands a handler the query string's fields as the DTO it names, checked. */
export const QueryFields = (): ParameterDecorator => Query(requestPipe);
