import type { OpenAPIObject, SchemaObject } from '@nestjs/swagger';
import { PASSWORD_MAX_LENGTH } from '../login/password-hasher.js';

export type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

const FORMATS: readonly (readonly [string, RegExp])[] = [
  ['date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
  ['uuid', /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/],
  // With letters of any alphabet (RFC 6531), which `email` excludes.
  ['idn-email', /^[^@\s]+@[^@\s]+$/],
];

/**
 * Adds to a schema what its DTO need not declare: the title, what follows from the examples of its properties, and the limits
 * of new passwords, which are settings.
 * @param passwordMinLength in characters
 */
export function completeSchema(schema: Schema, name: string, passwordMinLength: number): void {
  if ('$ref' in schema) return;
  schema.title = titleOf(name);
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if ('$ref' in property) continue;
    if (key === 'password') property.format ??= 'password';
    inferFormat(property, property.example);
    const isNewPassword = property.format === 'password' && property.minLength !== undefined;
    if (isNewPassword) Object.assign(property, { minLength: passwordMinLength, maxLength: PASSWORD_MAX_LENGTH });
  }
}

/**
 * Moves the examples of a form's optional fields into their descriptions. Swagger UI sends every field of a form that has an
 * example, so a token would always come with a made-up client.
 */
export function describeOptionalExamples(form: Schema): void {
  if ('$ref' in form) return;
  for (const [key, property] of Object.entries(form.properties ?? {})) {
    if ('$ref' in property || form.required?.includes(key) || property.example === undefined) continue;
    property.description = withExample(property.description, property.example);
    Reflect.deleteProperty(property, 'example');
  }
}

/** A description that has an example in words. */
export function withExample(description = '', example: unknown): string {
  return `${description} For example \`${String(example)}\`.`;
}

/** Infers format and `integer` of one value from its example. */
export function inferFormat(schema: SchemaObject, example: unknown): void {
  const [format] = FORMATS.find(([, form]) => typeof example === 'string' && form.test(example)) ?? [];
  if (format !== undefined) schema.format ??= format;
  if (Number.isInteger(example) && schema.type === 'number') schema.type = 'integer';
}

/** `AddUserRequest` in words: `Add user request`. */
function titleOf(name: string): string {
  const [first = '', ...others] = name.split(/(?<=[a-z])(?=[A-Z])/);
  return [first, ...others.map((word) => word.toLowerCase())].join(' ');
}
