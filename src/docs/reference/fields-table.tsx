import type { HeaderObject, SchemaObject } from '@nestjs/swagger';
import { type ComponentChildren, Fragment, type VNode } from 'preact';
import { MarkdownLine } from './markdown.js';
import { anchorOf } from './operations.js';
import { limitsOf, resolve, type Schemas, typeName } from './schema-fields.js';

/** One row: a parameter, a field or a header. */
export interface FieldRow {
  readonly name: string;
  /** Shows a mark, for tables with mostly optional rows. */
  readonly isRequired?: boolean;
  /** Shows a mark, for tables with mostly required rows. */
  readonly isOptional?: boolean;
  readonly description?: string | undefined;
  readonly schema: SchemaObject;
  readonly example?: unknown;
}

interface FieldsTableProps {
  readonly title: string;
  /** The heading of the first column, e.g. "Parameter". */
  readonly kind: string;
  /** The content between the title and the table. */
  readonly children?: ComponentChildren;
  readonly rows: readonly FieldRow[];
  readonly schemas: Schemas;
  /** The id of the section, with which the anchors of the rows begin. */
  readonly section: string;
  /** The level of the title: one below the heading of the section. */
  readonly level?: 3 | 4;
}

/** A table of parameters, fields or headers; null if there are none. */
export function FieldsTable(props: FieldsTableProps): VNode | null {
  const { title, kind, children, rows, schemas, section, level = 4 } = props;
  if (rows.length === 0) return null;
  const Title = level === 3 ? 'h3' : 'h4';
  return (
    <>
      <Title class="part">{title}</Title>
      {children}
      <table>
        <thead>
          <tr>
            <th scope="col">{kind}</th>
            <th scope="col">Description</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.name} row={row} schemas={schemas} id={`${section}-${anchorOf(`${title} ${row.name}`)}`} />
          ))}
        </tbody>
      </table>
    </>
  );
}

interface RowProps {
  readonly row: FieldRow;
  readonly schemas: Schemas;
  readonly id: string;
}

function Row({ row, schemas, id }: RowProps): VNode {
  const { name, isRequired, isOptional, description, schema, example } = row;
  return (
    <tr id={id}>
      <th scope="row">
        <code>{name}</code>
        <RowLink id={id} />
        <span class="kind">
          {typeName(schema, schemas)} {isRequired && <b class="required">required</b>} {isOptional && 'optional'}
        </span>
      </th>
      <td>
        <MarkdownLine text={description} />
        <Values label="One of" values={(schema.enum ?? []) as unknown[]} />
        <Values label="Default" values={schema.default === undefined ? [] : [schema.default]} />
        {limitsOf(schema).map((limit) => (
          <span key={limit} class="fact">
            {limit}
          </span>
        ))}
        <Values label="Example" values={example === undefined || typeof example === 'object' ? [] : [example]} />
      </td>
    </tr>
  );
}

/** A link to a row. It is for the mouse, since a stop at each row would make a long way for the keyboard. */
export function RowLink({ id }: { readonly id: string }): VNode {
  return (
    <a class="anchor" href={`#${id}`} tabIndex={-1} aria-hidden="true">
      #
    </a>
  );
}

function Values({ label, values }: { readonly label: string; readonly values: readonly unknown[] }): VNode | null {
  if (values.length === 0) return null;
  return (
    <span class="fact">
      {label}{' '}
      {values.map((value, index) => (
        <Fragment key={index}>
          {index > 0 && ', '}
          <code>{String(value)}</code>
        </Fragment>
      ))}
    </span>
  );
}

/** The row of a parameter or a header. */
export function rowOf(name: string, described: HeaderObject, schemas: Schemas): FieldRow {
  const { description, schema = {} } = described;
  const resolved = resolve(schema, schemas);
  return { name, description, schema: resolved, example: (described.example ?? resolved.example) as unknown };
}
