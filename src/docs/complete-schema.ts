import type { OpenAPIObject } from '@nestjs/swagger';

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

const FORMATS: readonly (readonly [string, RegExp])[] = [
  ['date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
  ['uuid', /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/],
  // With letters of any alphabet (RFC 6531), which `email` excludes.
  ['idn-email', /^[^@\s]+@[^@\s]+$/],
];

/** Infers formats and `integer` from the examples of a schema's properties, so that DTOs need not declare them. */
export function inferFormats(schema: Schema): void {
  if ('$ref' in schema) return;
  for (const property of Object.values(schema.properties ?? {})) {
    if ('$ref' in property) continue;
    const example: unknown = property.example;
    const [format] = FORMATS.find(([, form]) => typeof example === 'string' && form.test(example)) ?? [];
    if (format !== undefined) property.format ??= format;
    if (Number.isInteger(example) && property.type === 'number') property.type = 'integer';
  }
}
