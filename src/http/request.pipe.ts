import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import { ApiError, type FieldError } from '../errors/api-error.js';
import { message, type Message } from '../i18n/message.js';

const DEPTH_LIMIT = 10;

class RequestPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // Nest would treat a null as an absent body where the body is optional.
    const isNull = value === null && metadata.type === 'body';
    const details = isNull ? [{ field: '', message: message('must_be_an_object') }] : complaintsOfForm(value);
    if (details.length > 0) throw new ApiError('invalid_fields', { details });
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

/**
 * Rejects input that class-transformer cannot handle: nesting so deep that it overflows the stack, and names that every object
 * inherits, which it skips silently.
 */
function complaintsOfForm(value: unknown, field = '', depth = 0): FieldError[] {
  if (typeof value !== 'object' || value === null) return [];
  if (depth > DEPTH_LIMIT) return [{ field, message: message('is_nested_too_deeply') }];
  return Object.entries(value).flatMap(([key, child]) => {
    const path = Array.isArray(value) ? field : field === '' ? key : `${field}.${key}`;
    const isUnknown = !Array.isArray(value) && (key in Object.prototype || key === 'prototype');
    return isUnknown
      ? [{ field: path, message: message('is_not_a_known_field') }]
      : complaintsOfForm(child, path, depth + 1);
  });
}

/** Transforms a body into its DTO and rejects undeclared fields. The error names every invalid field. */
export const requestPipe: ValidationPipe = new RequestPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
  exceptionFactory: (errors) => new ApiError('invalid_fields', { details: fieldErrorsOf(errors) }),
});

function fieldErrorsOf(errors: readonly ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap(({ property, constraints = {}, contexts = {}, children = [] }) => {
    const field = parent + property;
    const own = Object.keys(constraints).map((rule) => ({ field, message: messageOf(rule, contexts[rule]) }));
    return [...own, ...fieldErrorsOf(children, `${field}.`)];
  });
}

/** A rule carries its message in its context, except class-validator's own check for unknown fields. */
function messageOf(rule: string, context: unknown): Message {
  if (context !== undefined) return context as Message;
  return message(rule === 'whitelistValidation' ? 'is_not_a_known_field' : 'is_not_valid');
}
