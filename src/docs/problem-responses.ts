import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { ApiError } from '../errors/api-error.js';
import { AccountsErrorBody, ErrorBody } from '../errors/error-body.dto.js';
import { errorBody, isAccountsPath } from '../errors/error-body.js';
import { PROBLEMS, type ProblemCode } from '../errors/problems.js';
import { CONTENT_LANGUAGE_HEADER } from './answers.decorator.js';

type Responses = NonNullable<OpenAPIObject['paths'][string]['get']>['responses'];

const HEADER_DESCRIPTIONS: Readonly<Record<string, string>> = {
  'www-authenticate': 'How to authenticate (RFC 6750, section 3).',
  'retry-after': 'After how many seconds to try again.',
};

/** The documented answers for a route's errors: one a status, with an example a code. */
export function problemResponses(codes: Iterable<ProblemCode>, path: string): Responses {
  const all = [...codes];
  const statuses = [...new Set(all.map((code) => PROBLEMS[code].status))].sort((one, other) => one - other);
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      response(
        all.filter((code) => PROBLEMS[code].status === status),
        path,
      ),
    ]),
  );
}

function response(codes: readonly ProblemCode[], path: string): NonNullable<Responses[string]> {
  const errors = codes.map((code) => new ApiError(code));
  const schema = { $ref: getSchemaPath(isAccountsPath(path) ? AccountsErrorBody : ErrorBody) };
  const examples = errors.map((error) => [error.code, { value: withDetails(errorBody(error, path), error.code) }]);
  return {
    description: errors.map(({ code, message }) => `\`${code}\`: ${message}`).join('  \n'),
    headers: { ...documentedHeaders(errors), ...CONTENT_LANGUAGE_HEADER },
    content: { 'application/json': { schema, examples: Object.fromEntries(examples) as Record<string, object> } },
  };
}

function withDetails(body: object, code: ProblemCode): object {
  return code === 'invalid_fields' ? { ...body, details: [{ field: 'name', message: 'must be a string' }] } : body;
}

function documentedHeaders(errors: readonly ApiError[]): Record<string, object> {
  const names = new Set(errors.flatMap(({ headers }) => Object.keys(headers)));
  const described = [...names].map((name) => {
    const example = errors.find(({ headers }) => name in headers)?.headers[name];
    return [name, { description: HEADER_DESCRIPTIONS[name] ?? '', schema: { type: 'string' }, example }] as const;
  });
  return Object.fromEntries(described);
}
