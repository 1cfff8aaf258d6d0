import type { OpenAPIObject } from '@nestjs/swagger';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Schemas[string];

/** Builds an example of a schema from the examples of its properties. */
export function exampleOf(schema: Schema, schemas: Schemas): unknown {
  if ('$ref' in schema) {
    const target = schemas[schema.$ref.replace('#/components/schemas/', '')];
    return target === undefined ? undefined : exampleOf(target, schemas);
  }
  if (schema.example !== undefined) return schema.example as unknown;
  if (schema.allOf?.[0] !== undefined) return exampleOf(schema.allOf[0], schemas);
  if (schema.oneOf?.[0] !== undefined) return exampleOf(schema.oneOf[0], schemas);
  if (schema.enum !== undefined) return schema.enum[0] as unknown;
  if (schema.items !== undefined) {
    const item = exampleOf(schema.items, schemas);
    return item === undefined ? undefined : [item];
  }
  if (schema.properties === undefined) return undefined;
  const properties = Object.entries(schema.properties);
  const examples = properties.map(([name, property]) => [name, exampleOf(property, schemas)] as const);
  return Object.fromEntries(examples.filter(([, example]) => example !== undefined));
}

/** Picks fields of an example, in the given order. @throws Error if the example lacks one */
export function pick(example: unknown, fields: readonly string[]): Record<string, unknown> {
  const all = Object(example) as Record<string, unknown>;
  return Object.fromEntries(
    fields.map((field) => {
      if (!(field in all)) throw new Error(`There is no example of ${field}`);
      return [field, all[field]];
    }),
  );
}
