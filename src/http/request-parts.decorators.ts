import { Body, Query } from '@nestjs/common';
import { requestPipe } from './request.pipe.js';

/**
 * Injects the validated body as the DTO of the parameter. The pipe is bound here, because a global pipe would run for every
 * parameter of every request, including the principal.
 */
export const JsonBody = (): ParameterDecorator => Body(requestPipe);

/** Injects the validated query string as the DTO of the parameter. */
export const QueryFields = (): ParameterDecorator => Query(requestPipe);
