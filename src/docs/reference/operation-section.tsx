import type {
  HeaderObject,
  OpenAPIObject,
  OperationObject,
  ParameterObject,
  ReferenceObject,
  ResponseObject,
  SchemaObject,
} from '@nestjs/swagger';
import { Fragment, type VNode } from 'preact';
import { CodeBlock } from './code-block.js';
import { type FieldRow, FieldsTable } from './fields-table.js';
import { Heading } from './heading.js';
import { Markdown, MarkdownLine } from './markdown.js';
import { type ReferenceOperation, samplesOf } from './operations.js';
import { fieldsOf, resolve, type Schemas } from './schema-fields.js';
import { Samples } from './samples.js';

const JSON_TYPE = 'application/json';

export interface OperationSectionProps {
  readonly found: ReferenceOperation;
  readonly document: OpenAPIObject;
  readonly serverUrl: string;
}

/** The section of one operation: its description, parameters and responses on the left, its samples on the right. */
export function OperationSection({ found, document, serverUrl }: OperationSectionProps): VNode {
  const { id, method, path, title, operation } = found;
  const schemas: Schemas = document.components?.schemas ?? {};
  const answer = successOf(operation);
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div class="prose">
        <Heading level={3} id={id}>
          {title}
        </Heading>
        <Markdown text={operation.description} />
        {operation.deprecated && (
          <div class="warning" role="note">
            This call is deprecated: it will go.
          </div>
        )}
        <h4>HTTP Request</h4>
        <p class="request">
          <code>
            <b class={`method ${method.toLowerCase()}`}>{method}</b> {serverUrl}
            {path}
          </code>
        </p>
        <Access operation={operation} document={document} />
        <Parameters titles={IN_THE_URL} operation={operation} schemas={schemas} />
        <Body operation={operation} schemas={schemas} />
        <Parameters titles={IN_THE_HEADERS} operation={operation} schemas={schemas} />
        <Answer answer={answer} schemas={schemas} />
        <Refusals operation={operation} />
      </div>
      <div class="code">
        <Samples samples={samplesOf(operation)} title={title} />
        <Example answer={answer} title={title} hasSamples={samplesOf(operation).length > 0} />
      </div>
    </section>
  );
}

/** The credentials that the operation accepts, and the scopes each must have. */
function Access({ operation, document }: { operation: OperationObject; document: OpenAPIObject }): VNode {
  const requirements = operation.security ?? document.security ?? [];
  const schemes = requirements.flatMap((requirement) => Object.entries(requirement));
  if (schemes.length === 0) return <p class="access">Public: needs no credential.</p>;
  return (
    <p class="access">
      Needs a credential:{' '}
      {schemes.map(([scheme, rights], index) => (
        <Fragment key={scheme}>
          {index > 0 && ' or '}
          <a href="#authentication">
            <code>{scheme}</code>
          </a>
          {rights.length > 0 && ' with the right '}
          {rights.map((right) => (
            <code key={right}>{right}</code>
          ))}
        </Fragment>
      ))}
      .
    </p>
  );
}

const IN_THE_URL = { path: 'URL Parameters', query: 'Query Parameters' };
/** Shown after the body, because nearly every operation has the same ones. */
const IN_THE_HEADERS = { header: 'Header Parameters', cookie: 'Cookie Parameters' };

interface ParametersProps {
  readonly titles: Readonly<Record<string, string>>;
  readonly operation: OperationObject;
  readonly schemas: Schemas;
}

function Parameters({ titles, operation, schemas }: ParametersProps): VNode {
  const parameters = (operation.parameters ?? []).filter(
    (parameter): parameter is ParameterObject => 'in' in parameter,
  );
  return (
    <>
      {Object.entries(titles).map(([place, title]) => (
        <FieldsTable
          key={place}
          title={title}
          kind="Parameter"
          schemas={schemas}
          rows={parameters
            .filter((parameter) => parameter.in === place)
            .map(({ name, required = false, ...rest }) => ({ ...rowOf(name, rest, schemas), isRequired: required }))}
        />
      ))}
    </>
  );
}

function Body({ operation, schemas }: { operation: OperationObject; schemas: Schemas }): VNode | null {
  const { requestBody } = operation;
  if (requestBody === undefined || '$ref' in requestBody) return null;
  const schema = requestBody.content[JSON_TYPE]?.schema;
  if (schema === undefined) return null;
  return (
    <FieldsTable title="Body Parameters" kind="Parameter" rows={requestRows(schema, schemas)} schemas={schemas}>
      {requestBody.required === false && <p>The body may be left out.</p>}
    </FieldsTable>
  );
}

function Answer({ answer, schemas }: { answer: SuccessfulAnswer; schemas: Schemas }): VNode {
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
function Refusals({ operation }: { operation: OperationObject }): VNode | null {
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
function Example({ answer, title, hasSamples }: ExampleProps): VNode | null {
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

interface SuccessfulAnswer {
  readonly status: string;
  readonly response: ResponseObject;
  readonly headers: readonly (readonly [string, HeaderObject])[];
}

function successOf({ responses }: OperationObject): SuccessfulAnswer {
  const [status, found] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? ['200', undefined];
  const response: ResponseObject = found === undefined || '$ref' in found ? { description: '' } : found;
  const headers = Object.entries(response.headers ?? {}).flatMap(([name, header]) =>
    '$ref' in header ? [] : [[name, header] as const],
  );
  return { status, response, headers };
}

function requestRows(schema: SchemaObject | ReferenceObject, schemas: Schemas): FieldRow[] {
  return fieldsOf(schema, schemas).map((field) => ({
    ...field,
    description: field.schema.description,
    example: field.schema.example as unknown,
  }));
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

function rowOf(name: string, described: HeaderObject, schemas: Schemas): FieldRow {
  const { description, schema = {} } = described;
  const resolved = resolve(schema, schemas);
  return { name, description, schema: resolved, example: (described.example ?? resolved.example) as unknown };
}
