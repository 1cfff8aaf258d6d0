import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import { ApiError, type FieldComplaint } from '../errors/api-error.js';

const DEPTH_LIMIT = 10;

class RequestPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // Where no body need be, Nest would take a null for none.
    const isNull = value === null && metadata.type === 'body';
    const details = isNull ? [{ field: '', message: 'must be an object' }] : complaintsOfForm(value);
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
  if (depth > DEPTH_LIMIT) return [{ field, message: 'is nested too deeply' }];
  return Object.entries(value).flatMap(([key, child]) => {
    const path = Array.isArray(value) ? field : field === '' ? key : `${field}.${key}`;
    const isUnknown = !Array.isArray(value) && (key in Object.prototype || key === 'prototype');
    return isUnknown ? [{ field: path, message: 'is not a known field' }] : complaintsOfForm(child, path, depth + 1);
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
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const field = parent + property;
    const own = Object.values(constraints).map((text) => ({ field, message: withoutName(text, property) }));
    return [...own, ...complaintsOf(children, `${field}.`)];
  });
}

/** class-validator begins its sentences with the field's name, which the answer gives beside them. */
function withoutName(text: string, property: string): string {
  if (text === `property ${property} should not exist`) return 'is not a known field';
  return text.startsWith(`${property} `) ? text.slice(property.length + 1) : text;
}
