import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';
import { commonPartsOf, headersOf, parametersOf, successOf, type CommonParts } from '../reference/common-parts.js';
import { listedErrors } from '../reference/errors-section.js';
import { groupsOf, JSON_TYPE, type ReferenceOperation, samplesOf } from '../reference/operations.js';
import { requestRows } from '../reference/request.js';
import { fieldsOf, limitsOf, resolve, type Schemas, typeName } from '../reference/schema-fields.js';
import type { FieldRow } from '../reference/fields-table.js';

/**
 * Renders a document as one Markdown text, with what the reference page has, for readers without a browser.
 * @param serverUrl the base URL in the displayed requests
 */
export function renderMarkdown(document: OpenAPIObject, serverUrl: string): string {
  const { info } = document;
  const common = commonPartsOf(document);
  const parts = [
    `# ${info.title} Reference`,
    `Version ${info.version}. The same as a page: ${serverUrl}/docs, as an OpenAPI document: ${serverUrl}/openapi.json`,
    (info.description ?? '').replace(/^#/gm, '##').trim(),
    ...groupsOf(document).flatMap(({ name, description, operations }) => [
      `## ${name}`,
      description,
      ...operations.flatMap((found) => operationParts(found, document, serverUrl, common)),
    ]),
    '## Errors',
    table(
      ['Status', 'Code', 'Meaning', 'What to do'],
      listedErrors().map(({ status, code, message, remedy }) => [
        String(status),
        `\`${code}\``,
        `${message} ${remedy.cause}`,
        remedy.fix,
      ]),
    ),
    '### Every call',
    'Nearly every call takes and answers what follows.',
    list(common.parameters.map(({ name, description }) => ({ name, schema: { type: 'string' }, description }))),
    list(common.headers.map(([name, { description }]) => ({ name, schema: { type: 'string' }, description }))),
    common.errors.map(({ status, response }) => `- ${status}: ${oneLine(response.description)}`).join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function operationParts(
  { title, method, paths, operation }: ReferenceOperation,
  document: OpenAPIObject,
  serverUrl: string,
  common: CommonParts,
): string[] {
  const schemas = document.components?.schemas ?? {};
  const { status, response } = successOf(operation);
  const isSaid = (name: string): boolean =>
    common.parameters.some((said) => said.name === name) || common.headers.some(([said]) => said === name);
  const parameters = parametersOf(operation).filter(({ name }) => !isSaid(name));
  const headers = headersOf(response).filter(([name]) => !isSaid(name));
  const media = response.content?.[JSON_TYPE];
  const [shell] = samplesOf(operation);
  return [
    `### ${title}`,
    paths.map((path) => `\`${method} ${serverUrl}${path}\``).join('  \n'),
    operation.description?.trim() ?? '',
    accessOf(operation, document),
    titled(
      'Parameters:',
      list(
        parameters.map(({ name, required = false, description, schema = {} }) => ({
          name,
          isRequired: required,
          description,
          schema: resolve(schema, schemas),
        })),
      ),
    ),
    titled('Body:', list(bodyRows(operation, schemas), schemas)),
    `Answers ${status}: ${response.description}`,
    list(
      media?.schema === undefined
        ? []
        : fieldsOf(media.schema, schemas).map(({ name, schema }) => ({
            name,
            schema,
            description: schema.description,
          })),
      schemas,
    ),
    titled(
      'Response headers:',
      list(headers.map(([name, { description }]) => ({ name, schema: { type: 'string' }, description }))),
    ),
    shell === undefined ? '' : fence(shell.lang, shell.source),
    media?.example === undefined ? '' : fence('json', JSON.stringify(media.example, null, 2)),
    refusalsOf(operation, common),
  ];
}

function bodyRows({ requestBody }: OperationObject, schemas: Schemas): FieldRow[] {
  if (requestBody === undefined || '$ref' in requestBody) return [];
  const schema = Object.values(requestBody.content)[0]?.schema;
  return schema === undefined ? [] : requestRows(schema, schemas);
}

function accessOf({ security }: OperationObject, document: OpenAPIObject): string {
  const schemes = (security ?? document.security ?? []).flatMap((requirement) => Object.keys(requirement));
  return schemes.length === 0 ? 'Public: needs no credential.' : `Needs a credential: ${schemes.join(' or ')}.`;
}

function refusalsOf({ responses }: OperationObject, common: CommonParts): string {
  const lines = Object.entries(responses).flatMap(([status, response]) => {
    const isSaid = status.startsWith('2') || common.errors.some((error) => error.status === status);
    if (isSaid || response === undefined || '$ref' in response) return [];
    return [`- ${status}: ${oneLine(response.description)}`];
  });
  return titled('Errors:', lines.join('\n'));
}

function list(rows: readonly FieldRow[], schemas: Schemas = {}): string {
  return rows
    .map(({ name, isRequired, description, schema }) => {
      const facts = [typeName(schema, schemas), ...(isRequired ? ['required'] : []), ...limitsOf(schema)];
      return `- \`${name}\` (${facts.join(', ')})${description === undefined ? '' : `: ${oneLine(description)}`}`;
    })
    .join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => oneLine(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function titled(title: string, text: string): string {
  return text === '' ? '' : `${title}\n\n${text}`;
}

function fence(language: string, source: string): string {
  return `\`\`\`${language}\n${source}\n\`\`\``;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
