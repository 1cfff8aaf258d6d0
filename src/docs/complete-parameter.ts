import type { OpenAPIObject } from '@nestjs/swagger';
import { inferFormat, withExample } from './complete-schema.js';

type Parameter = NonNullable<NonNullable<OpenAPIObject['paths'][string]['get']>['parameters']>[number];

/**
 * Moves a parameter's example to the place that tools read, and infers its format. The example of an optional
 * parameter goes into its description: Swagger UI, Postman and Bruno would send it with every request, and find nothing.
 */
export function completeParameter(parameter: Parameter): void {
  if ('$ref' in parameter || parameter.schema === undefined || '$ref' in parameter.schema) return;
  const { schema, required = false } = parameter;
  const example = (parameter.example ?? schema.example) as string | number | undefined;
  Reflect.deleteProperty(parameter, 'example');
  Reflect.deleteProperty(schema, 'example');
  inferFormat(schema, example);
  if (required) {
    parameter.example = example ?? (schema.enum?.[0] as unknown);
  } else if (example !== undefined) {
    parameter.description = withExample(parameter.description, example);
  }
}
