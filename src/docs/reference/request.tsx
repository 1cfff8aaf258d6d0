import type { OperationObject, ReferenceObject, SchemaObject } from '@nestjs/swagger';
import type { VNode } from 'preact';
import { type CommonParts, parametersOf } from './common-parts.js';
import { type FieldRow, FieldsTable, rowOf } from './fields-table.js';
import { fieldsOf, type Schemas } from './schema-fields.js';

export const IN_THE_URL = { path: 'URL Parameters', query: 'Query Parameters' };
/** Shown after the body. */
export const IN_THE_HEADERS = { header: 'Header Parameters', cookie: 'Cookie Parameters' };

interface ParametersProps {
  readonly titles: Readonly<Record<string, string>>;
  readonly operation: OperationObject;
  readonly schemas: Schemas;
  /** The id of the operation's section. */
  readonly section: string;
  readonly common: CommonParts;
}

/** The parameters in these places, a table for each. */
export function Parameters({ titles, operation, schemas, section, common }: ParametersProps): VNode {
  const parameters = parametersOf(operation).filter(({ name }) =>
    common.parameters.every((said) => said.name !== name),
  );
  return (
    <>
      {Object.entries(titles).map(([place, title]) => (
        <FieldsTable
          key={place}
          title={title}
          kind="Parameter"
          schemas={schemas}
          section={section}
          rows={parameters
            .filter((parameter) => parameter.in === place)
            .map(({ name, required = false, ...rest }) => ({ ...rowOf(name, rest, schemas), isRequired: required }))}
        />
      ))}
    </>
  );
}

interface BodyProps {
  readonly operation: OperationObject;
  readonly schemas: Schemas;
  /** The id of the operation's section. */
  readonly section: string;
}

/** The fields of the body. */
export function Body({ operation, schemas, section }: BodyProps): VNode | null {
  const { requestBody } = operation;
  if (requestBody === undefined || '$ref' in requestBody) return null;
  const schema = Object.values(requestBody.content)[0]?.schema;
  if (schema === undefined) return null;
  return (
    <FieldsTable
      title="Body Parameters"
      kind="Parameter"
      rows={requestRows(schema, schemas)}
      schemas={schemas}
      section={section}
    >
      {requestBody.required === false && <p>The body may be left out.</p>}
    </FieldsTable>
  );
}

/** A row for each field of a request body. */
export function requestRows(schema: SchemaObject | ReferenceObject, schemas: Schemas): FieldRow[] {
  return fieldsOf(schema, schemas).map((field) => ({
    ...field,
    description: field.schema.description,
    example: field.schema.example as unknown,
  }));
}
