import type { OpenAPIObject, ReferenceObject, SchemaObject } from '@nestjs/swagger';

type SchemaOrReference = SchemaObject | ReferenceObject;

/** The named schemas of a document. */
export type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** A field of a body, at any depth. */
export interface Field {
  /** From the top of the body, e.g. `account.email` or `keys[].kid`. */
  readonly name: string;
  readonly isRequired: boolean;
  readonly schema: SchemaObject;
}

/** Resolves a reference, and merges the parts of an `allOf`. */
export function resolve(schema: SchemaOrReference, schemas: Schemas): SchemaObject {
  if ('$ref' in schema) return resolve(schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {}, schemas);
  if (schema.allOf === undefined) return schema;
  const { allOf, ...own } = schema;
  const parts = [...allOf.map((part) => resolve(part, schemas)), own];
  return {
    ...Object.assign({}, ...parts),
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)) as SchemaObject['properties'],
    required: parts.flatMap(({ required = [] }) => required),
  } as SchemaObject;
}

/**
 * The fields of a schema, each object or list of objects followed by its own fields. A field that several alternatives have is
 * there once, since readers look it up by its name.
 */
export function fieldsOf(schema: SchemaOrReference, schemas: Schemas): Field[] {
  const fields = fieldsBelow('', schema, schemas, []);
  return fields.filter(({ name }, index) => fields.findIndex((first) => first.name === name) === index);
}

function fieldsBelow(
  prefix: string,
  reference: SchemaOrReference,
  schemas: Schemas,
  above: readonly SchemaOrReference[],
): Field[] {
  const schema = resolve(reference, schemas);
  // A recursive schema would be listed endlessly.
  if (above.includes(schema)) return [];
  const inside = [...above, schema];
  if (schema.items !== undefined) return fieldsBelow(prefix && `${prefix}[]`, schema.items, schemas, inside);
  const choices = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    const field = {
      name,
      isRequired: schema.required?.includes(key) ?? false,
      schema: describe(property, schemas),
    };
    return [field, ...fieldsBelow(name, property, schemas, inside)];
  });
  return [...own, ...choices.flatMap((choice) => fieldsBelow(prefix, choice, schemas, inside))];
}

/** The schema of a property, merged with the keywords next to its `$ref`. */
function describe(property: SchemaOrReference, schemas: Schemas): SchemaObject {
  const { description } = property as SchemaObject;
  const resolved = resolve(property, schemas);
  return description === undefined ? resolved : { ...resolved, description };
}

/** A schema's type in words: `string · date-time`, `list of string`. */
export function typeName(reference: SchemaOrReference, schemas: Schemas): string {
  const schema = resolve(reference, schemas);
  if (schema.items !== undefined) return `list of ${typeName(schema.items, schemas)}`;
  const choices = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (choices.length > 0) return choices.map((choice) => typeName(choice, schemas)).join(' or ');
  const type = [schema.type ?? (schema.properties === undefined ? 'any' : 'object')].flat().join(' or ');
  return schema.format === undefined ? type : `${type} · ${schema.format}`;
}

/** The constraints of a value beyond its type, in words. */
export function limitsOf({
  minLength,
  maxLength,
  minimum,
  maximum,
  minItems,
  maxItems,
  ...rest
}: SchemaObject): string[] {
  return [
    between(minLength, maxLength, ' characters'),
    between(minimum, maximum, ''),
    between(minItems, maxItems, ' entries'),
    rest.uniqueItems ? 'no entry twice' : undefined,
    rest.pattern === undefined ? undefined : `matches ${rest.pattern}`,
  ].filter((limit) => limit !== undefined);
}

function between(least: number | undefined, most: number | undefined, unit: string): string | undefined {
  if (least !== undefined && most !== undefined) return `${least} to ${most}${unit}`;
  if (least !== undefined) return `at least ${least}${unit}`;
  return most === undefined ? undefined : `at most ${most}${unit}`;
}
