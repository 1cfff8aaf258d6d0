import type { OpenAPIObject } from '@nestjs/swagger';

type Parameter = NonNullable<NonNullable<OpenAPIObject['paths'][string]['get']>['parameters']>[number];

/** Moves a parameter's example to the place that tools read, and infers `integer` from a whole number. */
export function completeParameter(parameter: Parameter): void {
  if ('$ref' in parameter || parameter.schema === undefined || '$ref' in parameter.schema) return;
  const { schema } = parameter;
  const example: unknown = schema.example ?? schema.enum?.[0];
  parameter.example ??= example;
  Reflect.deleteProperty(schema, 'example');
  if (Number.isInteger(parameter.example) && schema.type === 'number') schema.type = 'integer';
}
