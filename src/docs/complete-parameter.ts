import type { OpenAPIObject } from '@nestjs/swagger';
import { FORM_TYPE } from '../http/form-body.js';

type Parameter = NonNullable<NonNullable<OpenAPIObject['paths'][string]['get']>['parameters']>[number];
type RequestBody = Exclude<
  NonNullable<NonNullable<OpenAPIObject['paths'][string]['post']>['requestBody']>,
  { $ref: string }
>;

/**
 * Moves a parameter's example to the place that tools read, and infers `integer` from a whole number. The example of an optional
 * parameter goes into its description: Swagger UI, Postman and Bruno would send it with every request, and find nothing.
 */
export function completeParameter(parameter: Parameter): void {
  if ('$ref' in parameter || parameter.schema === undefined || '$ref' in parameter.schema) return;
  const { schema, required = false } = parameter;
  const example = (parameter.example ?? schema.example) as string | number | undefined;
  Reflect.deleteProperty(parameter, 'example');
  Reflect.deleteProperty(schema, 'example');
  if (Number.isInteger(example) && schema.type === 'number') schema.type = 'integer';
  if (required) {
    parameter.example = example ?? (schema.enum?.[0] as unknown);
  } else if (example !== undefined) {
    parameter.description = withExample(parameter.description, example);
  }
}

/** The same for the optional parameters of each form, as Swagger UI sends the example of every property that has one. */
export function completeForms({ paths, components }: OpenAPIObject): void {
  const contents = Object.values(paths).map(
    ({ post }) => (post?.requestBody as Partial<RequestBody> | undefined)?.content,
  );
  const forms = new Set(contents.map((content) => content?.[FORM_TYPE]?.schema).map((schema) => nameIn(schema)));
  for (const [name, schema] of Object.entries(components?.schemas ?? {})) {
    if ('$ref' in schema || !forms.has(name)) continue;
    for (const [property, said] of Object.entries(schema.properties ?? {})) {
      if ('$ref' in said || said.example === undefined || schema.required?.includes(property)) continue;
      said.description = withExample(said.description, said.example);
      Reflect.deleteProperty(said, 'example');
    }
  }
}

function nameIn(schema: object | undefined): string | undefined {
  return schema !== undefined && '$ref' in schema ? String(schema.$ref).split('/').at(-1) : undefined;
}

function withExample(description = '', example: unknown): string {
  return `${description} For example \`${String(example)}\`.`;
}
