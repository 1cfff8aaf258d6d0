import type { INestApplication } from '@nestjs/common';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { type ClientCredentials, IS_FOR_CLIENTS } from '../auth/for-clients.decorator.js';
import { IS_FOR_PROXIES } from '../auth/for-proxies.decorator.js';
import type { Permission } from '../auth/principal.js';
import { IS_PUBLIC } from '../auth/public.decorator.js';
import { REQUIRED_LOGIN } from '../auth/recent-login.decorator.js';
import { REQUIRED_PERMISSION } from '../auth/requires.decorator.js';
import type { LoginRequirement } from '../guard/login-proof.js';
import { Settings } from '../config/settings.js';
import { AccountsErrorBody, ErrorBody, OAuthErrorBody } from '../http/errors/error-body.dto.js';
import { isAccountsPath, isOAuthPath } from '../http/errors/error-body.js';
import type { ProblemCode } from '../errors/problems.js';
import { FORM_TYPE } from '../http/form-body.js';
import { LOCALES } from '../i18n/locales.js';
import {
  ANSWERS_EXTENSION,
  type DeclaredAnswers,
  REQUEST_ID_COMPONENT,
  REQUEST_ID_HEADER_OF_ANSWERS,
} from '../http/openapi/answers.decorator.js';
import { completeParameter } from './complete-parameter.js';
import { describeApi } from './describe-api.js';
import { exampleFieldError } from './example-field-error.js';
import { EXAMPLE_FIELDS_EXTENSION } from '../http/openapi/example-fields.decorator.js';
import { exampleOf, pick } from './example-of.js';
import { completeSchema, describeOptionalExamples, type Schema } from './complete-schema.js';
import { problemResponses, RATE_LIMIT_HEADERS } from './problem-responses.js';
import { CLIENT_CREDENTIALS, requiredCredentials, requiredLogin, requiredRights } from './required-credentials.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Response = Exclude<Operation['responses'][string], { $ref: string } | undefined>;

const METHODS = ['get', 'post', 'delete'] as const;
/** The extensions that route decorators add for the builder. The document must not contain them. */
const OF_THE_BUILDER = [
  ANSWERS_EXTENSION,
  IS_PUBLIC,
  IS_FOR_PROXIES,
  IS_FOR_CLIENTS,
  REQUIRED_PERMISSION,
  REQUIRED_LOGIN,
  EXAMPLE_FIELDS_EXTENSION,
];

/** Fastify parses a body before it knows whether the route takes one. */
const ON_ROUTES_THAT_READ_A_BODY: readonly ProblemCode[] = [
  'invalid_fields',
  'body_too_large',
  'unsupported_media_type',
  'unsupported_content_encoding',
];
const ON_GUARDED_ROUTES: readonly ProblemCode[] = [
  'credential_required',
  'invalid_token',
  'token_expired',
  'address_not_allowed',
  'rate_limited',
];

/** The parameter of every operation without a locale in its path. */
const ACCEPT_LANGUAGE = {
  name: 'Accept-Language',
  in: 'header' as const,
  required: false,
  description: `The preferred languages (RFC 9110, section 12.5.4). Messages are in ${LOCALES.join(', ')}, by default English.`,
  schema: { type: 'string' },
  example: 'de-AT, de;q=0.9, en;q=0.8',
};

/**
 * Builds the OpenAPI document of the running server from its routes, so that it cannot differ from them.
 * @param serverUrl the URL at which clients reach the server
 */
export function buildOpenApi(app: INestApplication, serverUrl: string): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, describeApi(serverUrl), {
    extraModels: [ErrorBody, AccountsErrorBody, OAuthErrorBody],
    operationIdFactory: (_controller, method) => method,
  });
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    completeSchema(schema, name, app.get(Settings).passwordMinLength);
  }
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation !== undefined) complete(operation, path, method, document);
    }
  }
  for (const form of formsOf(document)) describeOptionalExamples(form);
  const components = { ...document.components, headers: REQUEST_ID_COMPONENT };
  return { ...document, components, paths: inOrderOfTags(document) };
}

/** The schemas of the bodies that are forms. */
function formsOf({ paths, components }: OpenAPIObject): Schema[] {
  const schemas = components?.schemas ?? {};
  const bodies = Object.values(paths).flatMap((item) => METHODS.map((method) => item[method]?.requestBody));
  return bodies.flatMap((body) => {
    const schema = body !== undefined && 'content' in body ? body.content[FORM_TYPE]?.schema : undefined;
    const form = schema !== undefined && '$ref' in schema ? schemas[schema.$ref.replace(/^.*\//, '')] : schema;
    return form === undefined ? [] : [form];
  });
}

/** Sorts the paths in the order of the tags. The paths of one tag keep the order of the modules. */
function inOrderOfTags({ paths, tags = [] }: OpenAPIObject): OpenAPIObject['paths'] {
  const names = tags.map(({ name }) => name);
  const place = (item: PathItem): number =>
    names.indexOf(METHODS.flatMap((method) => item[method]?.tags ?? [])[0] ?? '');
  return Object.fromEntries(Object.entries(paths).sort(([, one], [, other]) => place(one) - place(other)));
}

/** Adds the parts that follow from the kind of the route: security, errors and examples. */
function complete(operation: Operation, path: string, method: string, document: OpenAPIObject): void {
  const {
    [ANSWERS_EXTENSION]: declared,
    [IS_PUBLIC]: isPublic,
    [REQUIRED_PERMISSION]: permission,
    [REQUIRED_LOGIN]: login,
    [IS_FOR_PROXIES]: isForProxies,
    [IS_FOR_CLIENTS]: clientCredentials,
    [EXAMPLE_FIELDS_EXTENSION]: exampleFields,
  } = operation as Operation & Partial<Record<string, unknown>>;
  if (declared === undefined) throw new Error(`${method} ${path} does not declare its answers`);
  const { description, problems, headers } = declared as DeclaredAnswers;
  for (const name of OF_THE_BUILDER) Reflect.deleteProperty(operation, name);

  // An operation is named after its handler. For several paths, Nest appends `[index]`, which no identifier may contain.
  operation.operationId = operation.operationId?.replace(/\[(\d)\]$/, (_, index) => (index === '0' ? '' : 'Alias'));
  const isForClients = clientCredentials !== undefined;
  const credentials = isForClients
    ? CLIENT_CREDENTIALS[clientCredentials as ClientCredentials]
    : requiredCredentials(permission as Permission | undefined);
  operation.security = isPublic ? [] : credentials;
  operation.description = `${operation.description ?? ''}${requiredRights(permission as Permission | undefined)}${requiredLogin(login as LoginRequirement | undefined)}`;
  if (!isAccountsPath(path) && !isOAuthPath(path))
    operation.parameters = [...(operation.parameters ?? []), ACCEPT_LANGUAGE];
  for (const parameter of operation.parameters ?? []) completeParameter(parameter);
  const takesQuery = operation.parameters?.some((parameter) => 'in' in parameter && parameter.in === 'query');
  const success = Object.values(operation.responses).find((response) => response !== undefined) as Response;
  const codes = new Set<ProblemCode>([
    ...problems,
    'unavailable',
    ...(success.content === undefined ? [] : (['not_acceptable'] as const)),
    ...(method === 'get'
      ? []
      : ([isForClients ? 'malformed_request' : 'malformed_json', ...ON_ROUTES_THAT_READ_A_BODY] as const)),
    ...(isPublic ? [] : ON_GUARDED_ROUTES),
    ...(isForProxies ? [] : (['internal_error'] as const)),
    ...(isPublic || isForProxies ? [] : (['two_credentials'] as const)),
    ...(takesQuery && !isForProxies ? (['invalid_fields', 'malformed_url'] as const) : []),
    ...(permission === undefined ? [] : (['insufficient_scope'] as const)),
    ...(login === undefined ? [] : (['insufficient_user_authentication'] as const)),
  ]);
  if (operation.requestBody !== undefined && !('$ref' in operation.requestBody)) {
    operation.requestBody = withExample(operation.requestBody, document, exampleFields as string[] | undefined);
  }
  operation.responses = {
    '200': {
      ...withExample(success, document),
      description,
      headers: { ...headers, ...(isPublic ? {} : RATE_LIMIT_HEADERS), ...REQUEST_ID_HEADER_OF_ANSWERS },
    },
    ...problemResponses(codes, path, exampleFieldError(operation)),
  };
}

/** Adds an example of its schema to a part: the complete one, or only the given fields. */
function withExample<T extends Pick<Response, 'content'>>(part: T, document: OpenAPIObject, fields?: string[]): T {
  const [type, { schema } = {}] = Object.entries(part.content ?? {})[0] ?? [];
  if (type === undefined || schema === undefined) return part;
  const whole = exampleOf(schema, document.components?.schemas ?? {});
  const example = fields === undefined ? whole : pick(whole, fields);
  return { ...part, content: { [type]: { schema, example } } };
}
