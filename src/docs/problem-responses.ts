import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { ApiError, type ApiErrorOptions, type FieldComplaint } from '../errors/api-error.js';
import { AccountsErrorBody, ErrorBody } from '../http/errors/error-body.dto.js';
import { errorBody, isAccountsPath } from '../http/errors/error-body.js';
import { PROBLEMS, type ProblemCode } from '../errors/problems.js';
import { CONTENT_LANGUAGE_HEADER } from '../http/openapi/answers.decorator.js';

type Responses = NonNullable<OpenAPIObject['paths'][string]['get']>['responses'];

/** The headers an error may carry, by their names in lower case. */
const HEADERS: Readonly<Record<string, { name: string; description: string }>> = {
  'www-authenticate': { name: 'WWW-Authenticate', description: 'How to authenticate (RFC 6750, section 3).' },
  'retry-after': {
    name: 'Retry-After',
    description: 'After how many seconds to try again (RFC 9110, section 10.2.3).',
  },
};

/** What the table of problems does not know, since it depends on the request. */
type Circumstances = Readonly<Partial<Record<ProblemCode, ApiErrorOptions>>>;

/** The documented answers for a route's errors: one a status, with an example a code. */
export function problemResponses(codes: Iterable<ProblemCode>, path: string, complaint: FieldComplaint): Responses {
  const circumstances: Circumstances = {
    invalid_fields: { details: [complaint] },
    too_many_attempts: { headers: { 'retry-after': '30' } },
  };
  const all = [...codes];
  const statuses = [...new Set(all.map((code) => PROBLEMS[code].status))].sort((one, other) => one - other);
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      response(
        all.filter((code) => PROBLEMS[code].status === status).map((code) => new ApiError(code, circumstances[code])),
        path,
      ),
    ]),
  );
}

function response(errors: readonly ApiError[], path: string): NonNullable<Responses[string]> {
  const schema = { $ref: getSchemaPath(isAccountsPath(path) ? AccountsErrorBody : ErrorBody) };
  const examples = errors.map((error) => [error.code, { value: errorBody(error, path) }]);
  return {
    description: errors.map(({ code, message }) => `\`${code}\`: ${message}`).join('  \n'),
    headers: { ...documentedHeaders(errors), ...CONTENT_LANGUAGE_HEADER },
    content: { 'application/json': { schema, examples: Object.fromEntries(examples) as Record<string, object> } },
  };
}

function documentedHeaders(errors: readonly ApiError[]): Record<string, object> {
  const names = new Set(errors.flatMap(({ headers }) => Object.keys(headers)));
  const described = [...names].map((name) => {
    const example = errors.find(({ headers }) => name in headers)?.headers[name];
    const { name: written, description } = HEADERS[name] ?? { name, description: '' };
    const required = errors.every(({ headers }) => name in headers);
    return [written, { description, required, schema: { type: 'string' }, example }] as const;
  });
  return Object.fromEntries(described);
}
