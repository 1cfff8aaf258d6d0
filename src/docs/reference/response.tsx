import type { HeaderObject, OperationObject, ReferenceObject, ResponseObject, SchemaObject } from '@nestjs/swagger';
import { Fragment, type VNode } from 'preact';
import { CodeBlock } from './code-block.js';
import { type FieldRow, FieldsTable, rowOf } from './fields-table.js';
import { Markdown, MarkdownLine } from './markdown.js';
import { JSON_TYPE } from './operations.js';
import { fieldsOf, resolve, type Schemas } from './schema-fields.js';

/** What an operation answers when it succeeds. */
export interface SuccessfulAnswer {
  readonly status: string;
  readonly response: ResponseObject;
  readonly headers: readonly (readonly [string, HeaderObject])[];
}

export function successOf({ responses }: OperationObject): SuccessfulAnswer {
  const [status, found] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? ['200', undefined];
  const response: ResponseObject = found === undefined || '$ref' in found ? { description: '' } : found;
  const headers = Object.entries(response.headers ?? {}).flatMap(([name, header]) =>
    '$ref' in header ? [] : [[name, header] as const],
  );
  return { status, response, headers };
}

/** What a successful answer holds. */
export function Answer({ answer, schemas }: { answer: SuccessfulAnswer; schemas: Schemas }): VNode {
  const { status, response, headers } = answer;
  const schema = response.content?.[JSON_TYPE]?.schema;
  const isList = schema !== undefined && resolve(schema, schemas).items !== undefined;
  const rows = schema === undefined ? [] : answerRows(schema, schemas);
  const headerRows = headers.map(([name, header]) => rowOf(name, header, schemas));
  const said = (
    <p>
      <b class="status">{status}</b> <MarkdownLine text={response.description} />
      {isList && <span class="type">a list; each entry holds:</span>}
    </p>
  );
  return (
    <>
      {rows.length === 0 && <h4>Response</h4>}
      {rows.length === 0 && said}
      <FieldsTable title="Response" kind="Field" rows={rows} schemas={schemas}>
        {said}
      </FieldsTable>
      <FieldsTable title="Response Headers" kind="Header" rows={headerRows} schemas={schemas} />
      {headers.some(([name]) => name.toLowerCase() === 'authorization') && (
        <div class="success" role="note">
          Remember — You can get the JWT token from the response header!
        </div>
      )}
    </>
  );
}

/** Collapsed by default, because most errors are the same for every operation. */
export function Refusals({ operation }: { operation: OperationObject }): VNode | null {
  const refusals = Object.entries(operation.responses).filter(([status]) => !status.startsWith('2'));
  if (refusals.length === 0) return null;
  return (
    <details>
      <summary>
        <h4>Errors</h4>{' '}
        {refusals.map(([status]) => (
          <Fragment key={status}>
            <code>{status}</code>{' '}
          </Fragment>
        ))}
      </summary>
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
                <a href="#errors">{status}</a>
              </th>
              <td>
                <Markdown text={(response as ResponseObject).description} />
                <HeaderNames response={response as ResponseObject} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function HeaderNames({ response }: { response: ResponseObject }): VNode | null {
  const names = Object.keys(response.headers ?? {});
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
  readonly answer: SuccessfulAnswer;
  readonly title: string;
  readonly hasSamples: boolean;
}

/** The example response below the samples: its specific headers and its body. */
export function Example({ answer, title, hasSamples }: ExampleProps): VNode | null {
  const { status, response, headers } = answer;
  const media = response.content?.[JSON_TYPE];
  const example: unknown = media?.example ?? Object.values(media?.examples ?? {})[0];
  const lines = headers.flatMap(([name, header]) => exampleLine(name, header));
  if (example === undefined && lines.length === 0) return null;
  return (
    <>
      <p class="annotation">
        {hasSamples ? 'The above command returns' : 'Returns'}{' '}
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
