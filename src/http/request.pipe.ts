import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import { ApiError, type FieldComplaint } from '../errors/api-error.js';
import { message, type Message } from '../i18n/message.js';

const DEPTH_LIMIT = 10;

class RequestPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // Where no body need be, Nest would take a null for none.
    const isNull = value === null && metadata.type === 'body';
    const details = isNull ? [{ field: '', message: message('must_be_an_object') }] : complaintsOfForm(value);
    if (details.length > 0) throw new ApiError('invalid_fields', { details });
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

/**
 * What class-transformer would not survive or not see: nesting so deep that it overflows the stack, and names that
 * every object has already, which it passes over.
 */
function complaintsOfForm(value: unknown, field = '', depth = 0): FieldComplaint[] {
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

/** Turns a body into its DTO and refuses what the DTO does not declare, naming every field that is wrong. */
export const requestPipe: ValidationPipe = new RequestPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
  exceptionFactory: (errors) => new ApiError('invalid_fields', { details: complaintsOf(errors) }),
});

function complaintsOf(errors: readonly ValidationError[], parent = ''): FieldComplaint[] {
  return errors.flatMap(({ property, constraints = {}, contexts = {}, children = [] }) => {
    const field = parent + property;
    const own = Object.keys(constraints).map((rule) => ({ field, message: complaintOf(rule, contexts[rule]) }));
    return [...own, ...complaintsOf(children, `${field}.`)];
  });
}

/** A rule says what it has to say in its context; class-validator's own check for unknown fields has none. */
function complaintOf(rule: string, context: unknown): Message {
  if (context !== undefined) return context as Message;
  return message(rule === 'whitelistValidation' ? 'is_not_a_known_field' : 'is_not_valid');
}
