import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { RECENT_LOGIN_SECONDS } from '../auth/recent-login.decorator.js';
import { ApiError, type ApiErrorOptions, type FieldError, loginRefusal } from '../errors/api-error.js';
import { AccountsErrorBody, ErrorBody, OAuthErrorBody } from '../http/errors/error-body.dto.js';
import { errorBody, isAccountsPath, isOAuthPath } from '../http/errors/error-body.js';
import { message } from '../i18n/message.js';
import { PROBLEMS, type ProblemCode } from '../errors/problems.js';
import { RateLimited, rateLimitHeaders } from '../rate-limit/rate-limit.js';
import { CONTENT_LANGUAGE_HEADER, REQUEST_ID_HEADER_OF_ANSWERS } from '../http/openapi/answers.decorator.js';

type Responses = NonNullable<OpenAPIObject['paths'][string]['get']>['responses'];

/** The headers an error may have, by their names in lower case. */
const HEADERS: Readonly<Record<string, { name: string; description: string }>> = {
  'www-authenticate': { name: 'WWW-Authenticate', description: 'How to authenticate (RFC 6750, section 3; RFC 9470).' },
  'retry-after': {
    name: 'Retry-After',
    description: 'The number of seconds to wait before a retry (RFC 9110, section 10.2.3).',
  },
  'ratelimit-policy': {
    name: 'RateLimit-Policy',
    description:
      'The rate limit of the auth header, or of attempts at a 429 for those: `q` in `w` seconds (draft-ietf-httpapi-ratelimit-headers-10). Absent without one.',
  },
  ratelimit: {
    name: 'RateLimit',
    description:
      'How many requests are left (`r`), as far as the server knows, for the next `t` seconds. Absent without a limit.',
  },
};

const STEP = {
  token: '5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ',
  expiresIn: 300,
  methods: ['totp', 'recovery-code'],
};

const ATTEMPTS = { limit: 10, windowSeconds: 900 };
const WAIT_SECONDS = 899;
const RATE_LIMITED = new RateLimited({ limit: 1000, windowSeconds: 60 }, 30);

/** The headers of every success of an auth header with a rate limit. */
export const RATE_LIMIT_HEADERS = Object.fromEntries(
  Object.entries(rateLimitHeaders({ limit: 1000, windowSeconds: 60 }, { remaining: 958, resetSeconds: 30 })).map(
    ([key, example]) => {
      const { name, description } = HEADERS[key] ?? { name: key, description: '' };
      return [name, { description, required: false, schema: { type: 'string' as const }, example }];
    },
  ),
);

/** The parts of an error that depend on the request and so are not in the table of problems. */
type Circumstances = Readonly<Partial<Record<ProblemCode, ApiErrorOptions>>>;

/** The documented error responses of a route: one for each status, with an example for each code. */
export function problemResponses(codes: Iterable<ProblemCode>, path: string, complaint: FieldError): Responses {
  const circumstances: Circumstances = {
    invalid_fields: { details: [complaint] },
    invalid_check: { details: [{ field: 'optional', message: message('must_be_one_of', { words: '1' }) }] },
    insufficient_user_authentication: { headers: loginRefusal({ maxAgeSeconds: RECENT_LOGIN_SECONDS }).headers },
    already_taken: { details: [{ field: 'username', message: message('is_taken') }] },
    too_many_attempts: {
      retryAfterSeconds: WAIT_SECONDS,
      headers: rateLimitHeaders(ATTEMPTS, { remaining: 0, resetSeconds: WAIT_SECONDS }, 'account-and-network'),
    },
    rate_limited: { message: RATE_LIMITED.localized, headers: RATE_LIMITED.headers },
    second_factor_required: { secondFactor: STEP },
    second_factor_setup_required: { secondFactor: { ...STEP, methods: ['totp'] } },
    rotation_too_early: { retryAfterSeconds: 310 },
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
  const schema = { $ref: getSchemaPath(formatOf(path)) };
  const examples = errors.map((error) => [error.code, { value: errorBody(error, path) }]);
  return {
    description: errors.map((error) => describe(error, path)).join('  \n'),
    headers: { ...documentedHeaders(errors), ...CONTENT_LANGUAGE_HEADER, ...REQUEST_ID_HEADER_OF_ANSWERS },
    content: { 'application/json': { schema, examples: Object.fromEntries(examples) as Record<string, object> } },
  };
}

function formatOf(path: string): typeof ErrorBody | typeof AccountsErrorBody | typeof OAuthErrorBody {
  if (isOAuthPath(path)) return OAuthErrorBody;
  return isAccountsPath(path) ? AccountsErrorBody : ErrorBody;
}

/** The code and the message, as the body has them. */
function describe(error: ApiError, path: string): string {
  const body = errorBody(error, path);
  if ('error_description' in body) return `\`${body.error}\`: ${body.error_description}`;
  return `\`${error.code}\`: ${error.message}`;
}

function documentedHeaders(errors: readonly ApiError[]): Record<string, object> {
  const names = new Set(errors.flatMap(({ headers }) => Object.keys(headers)));
  const described = [...names].map((name) => {
    const example = errors.find(({ headers }) => name in headers)?.headers[name];
    const { name: written, description } = HEADERS[name] ?? { name, description: '' };
    // Of a request by plain http, the server refuses every operation with this status, and with none of these headers.
    const isAlone = errors.every(({ status }) => status !== PROBLEMS.https_required.status);
    const required = isAlone && errors.every(({ headers }) => name in headers);
    return [written, { description, required, schema: { type: 'string' }, example }] as const;
  });
  return Object.fromEntries(described);
}
