import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { ApiError, type FieldComplaint } from '../errors/api-error.js';

/** Turns a body into its DTO and refuses what the DTO does not declare, naming every field that is wrong. */
export function requestBodyPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => new ApiError('invalid_fields', { details: complaintsOf(errors) }),
  });
}

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
