import type { HeaderObject, OperationObject, ReferenceObject, ResponseObject, SchemaObject } from '@nestjs/swagger';
import { Fragment, type VNode } from 'preact';
import { PROBLEMS, type ProblemCode } from '../../errors/problems.js';
import { anchorOfError } from '../../errors/remedies.js';
import { CodeBlock } from './code-block.js';
import { type CommonParts, headersOf, successOf } from './common-parts.js';
import { EVERY_CALL } from './anchors.js';
import { type FieldRow, FieldsTable, rowOf } from './fields-table.js';
import { Markdown, MarkdownLine } from './markdown.js';
import { JSON_TYPE, samplesOf } from './operations.js';
import { fieldsOf, resolve, type Schemas } from './schema-fields.js';

interface AnswerProps {
  readonly operation: OperationObject;
  readonly schemas: Schemas;
  /** The id of the operation's section. */
  readonly section: string;
  readonly common: CommonParts;
}

/** What a successful answer holds. */
export function Answer({ operation, schemas, section, common }: AnswerProps): VNode {
  const { status, response } = successOf(operation);
  const schema = response.content?.[JSON_TYPE]?.schema;
  const isList = schema !== undefined && resolve(schema, schemas).items !== undefined;
  const rows = schema === undefined ? [] : answerRows(schema, schemas);
  const headers = headersOf(response);
  const own = headers.filter(([name]) => common.headers.every(([said]) => said !== name));
  const headerRows = own.map(([name, header]) => rowOf(name, header, schemas));
  const said = (
    <p>
      <b class="status">{status}</b> <MarkdownLine text={response.description} />
      {isList && <span class="type"> a list; each entry holds:</span>}
    </p>
  );
  return (
    <>
      {rows.length === 0 && <h4 class="part">Response</h4>}
      {rows.length === 0 && said}
      <FieldsTable title="Response" kind="Field" rows={rows} schemas={schemas} section={section}>
        {said}
      </FieldsTable>
      <FieldsTable title="Response Headers" kind="Header" rows={headerRows} schemas={schemas} section={section} />
      {headers.some(([name]) => name.toLowerCase() === 'authorization') && (
        <div class="success" role="note">
          Remember — You can get the JWT token from the response header!
        </div>
      )}
    </>
  );
}

/** Collapsed by default, because most errors are the same for every operation. */
export function Refusals({ operation, common }: Pick<AnswerProps, 'operation' | 'common'>): VNode | null {
  const isCommon = (status: string): boolean => common.errors.some((error) => error.status === status);
  const refusals = Object.entries(operation.responses).filter(
    ([status]) => !status.startsWith('2') && !isCommon(status),
  );
  if (refusals.length === 0) return null;
  return (
    <details>
      <summary>
        <h4 class="part">Errors</h4>{' '}
        {refusals.map(([status]) => (
          <Fragment key={status}>
            <code>{status}</code>{' '}
          </Fragment>
        ))}
      </summary>
      <RefusalsTable refusals={refusals} said={headersOfAll(common.errors)} />
      <p>
        And those of <a href={`#${EVERY_CALL}`}>every call</a>.
      </p>
    </details>
  );
}

interface RefusalsTableProps {
  readonly refusals: readonly (readonly [string, unknown])[];
  /** The headers that the table leaves out. */
  readonly said?: readonly string[];
}

/** A table of errors by status. */
export function RefusalsTable({ refusals, said = [] }: RefusalsTableProps): VNode {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Status</th>
          <th scope="col">When</th>
        </tr>
      </thead>
      <tbody>
        {refusals.map(([status, response]) => (
          <tr key={status}>
            <th scope="row">
              <b class="status">{status}</b>
            </th>
            <td>
              <Markdown text={withLinks((response as ResponseObject).description)} />
              <HeaderNames response={response as ResponseObject} said={said} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A description of errors, whose codes lead to what to do about them. */
function withLinks(description: string): string {
  return description.replaceAll(/^`(\w+)`:/gm, (text, code: string) =>
    isProblemCode(code) ? `[\`${code}\`](#${anchorOfError(code)}):` : text,
  );
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

/** The headers that all of these errors have. */
function headersOfAll(errors: CommonParts['errors']): string[] {
  const [first, ...others] = errors.map(({ response }) => Object.keys(response.headers ?? {}));
  return (first ?? []).filter((name) => others.every((names) => names.includes(name)));
}

interface HeaderNamesProps extends Pick<RefusalsTableProps, 'said'> {
  readonly response: ResponseObject;
}

function HeaderNames({ response, said = [] }: HeaderNamesProps): VNode | null {
  const names = Object.keys(response.headers ?? {}).filter((name) => !said.includes(name));
  if (names.length === 0) return null;
  return (
    <span class="fact">
      With{' '}
      {names.map((name) => (
        <code key={name}>{name} </code>
      ))}
    </span>
  );
}

interface ExampleProps {
  readonly operation: OperationObject;
  readonly title: string;
  readonly common: CommonParts;
}

/** The example response below the samples: its specific headers and its body. */
export function Example({ operation, title, common }: ExampleProps): VNode | null {
  const { status, response } = successOf(operation);
  const media = response.content?.[JSON_TYPE];
  const example: unknown = media?.example ?? Object.values(media?.examples ?? {})[0];
  const lines = headersOf(response)
    .filter(([name]) => common.headers.every(([said]) => said !== name))
    .flatMap(([name, header]) => exampleLine(name, header));
  if (example === undefined && lines.length === 0) return null;
  return (
    <>
      <p class="annotation">
        {samplesOf(operation).length > 0 ? 'The above command returns' : 'Returns'}{' '}
        {example === undefined ? 'headers like these:' : 'JSON structured like this:'}
      </p>
      {lines.length > 0 && (
        <CodeBlock
          language="http"
          source={[`HTTP/1.1 ${status}`, ...lines].join('\n')}
          name={`headers answered by ${title}`}
        />
      )}
      {example !== undefined && (
        <CodeBlock language="json" source={JSON.stringify(example, null, 2)} name={`JSON answered by ${title}`} />
      )}
    </>
  );
}

function exampleLine(name: string, { example }: HeaderObject): string[] {
  return example === undefined ? [] : [`${name}: ${String(example)}`];
}

/** Rows without examples, because a complete example is next to the table. */
function answerRows(schema: SchemaObject | ReferenceObject, schemas: Schemas): FieldRow[] {
  return fieldsOf(schema, schemas).map(({ name, isRequired, schema: field }) => ({
    name,
    isOptional: !isRequired,
    description: field.description,
    schema: field,
  }));
}
