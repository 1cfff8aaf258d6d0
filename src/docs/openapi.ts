import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { IS_PUBLIC } from '../auth/public.decorator.js';
import { REQUIRED_PERMISSION } from '../auth/requires.decorator.js';
import { AccountsErrorBody, ErrorBody } from '../errors/error-body.dto.js';
import { isAccountsPath } from '../errors/error-body.js';
import type { ProblemCode } from '../errors/problems.js';
import { LOCALES } from '../languages/locales.js';
import { ANSWERS_EXTENSION, type DeclaredAnswers } from './answers.decorator.js';
import { exampleOf } from './example-of.js';
import { inferFormats } from './infer-formats.js';
import { problemResponses } from './problem-responses.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Response = Exclude<Operation['responses'][string], { $ref: string } | undefined>;

const METHODS = ['get', 'post', 'delete'] as const;
const JSON_TYPE = 'application/json';

const ON_EVERY_ROUTE: readonly ProblemCode[] = ['not_acceptable', 'internal_error', 'unavailable'];
/** A body is read before its route is known not to want one. */
const ON_ROUTES_THAT_READ_A_BODY: readonly ProblemCode[] = [
  'malformed_json',
  'invalid_fields',
  'body_too_large',
  'unsupported_media_type',
];
const ON_GUARDED_ROUTES: readonly ProblemCode[] = [
  'two_credentials',
  'credential_required',
  'invalid_token',
  'address_not_allowed',
];

/** Of every operation whose path does not name a language. */
const ACCEPT_LANGUAGE = {
  name: 'Accept-Language',
  in: 'header' as const,
  required: false,
  description: `The languages you read (RFC 9110, section 12.5.4): errors are told in one of ${LOCALES.join(', ')}; else in English.`,
  schema: { type: 'string' },
  example: 'de-AT, de;q=0.9, en;q=0.8',
};

const INTRODUCTION = `Welcome to the Elastic personas API! People log in with a password and get a JWT; programs carry a named,
long-lived auth header. Every guarded route accepts either.`;

/** The OpenAPI document of the running server, built from its routes: the one truth about what it answers. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, describeApi(), {
    extraModels: [ErrorBody, AccountsErrorBody],
    operationIdFactory: (controller, method) => operationId(controller, method),
  });
  for (const schema of Object.values(document.components?.schemas ?? {})) inferFormats(schema);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation !== undefined) complete(operation, path, method, document);
    }
  }
  return document;
}

function describeApi(): Omit<OpenAPIObject, 'paths'> {
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Elastic personas API')
    .setDescription(INTRODUCTION)
    .setVersion('1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The JWT of a login.' }, 'jwt')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An auth header.' }, 'authHeader')
    .addTag('Accounts', 'The door by e-mail address.')
    .addTag('User', 'The door by username, and who someone is.')
    .addTag('Auth headers', 'Named, long-lived tokens for programs.')
    .addTag('Kittens', 'A small guarded resource to try a credential on.')
    .addTag('Administration', 'What administrators do with users, and what happened.')
    .addTag('Integration', 'How other services check a credential.')
    .addTag('Health', 'How the server is.')
    .build();
}

/** `userLogin` for the method `login` of the `UserController`. */
function operationId(controller: string, method: string): string {
  const noun = controller.replace('Controller', '');
  return noun.charAt(0).toLowerCase() + noun.slice(1) + method.charAt(0).toUpperCase() + method.slice(1);
}

/** Adds what follows from the route's kind: its security, its refusals, and the examples. */
function complete(operation: Operation, path: string, method: string, document: OpenAPIObject): void {
  const {
    [ANSWERS_EXTENSION]: declared,
    [IS_PUBLIC]: isPublic,
    [REQUIRED_PERMISSION]: permission,
  } = operation as Operation & Partial<Record<string, unknown>>;
  if (declared === undefined) throw new Error(`${method} ${path} does not declare its answers`);
  const { description, problems, headers } = declared as DeclaredAnswers;
  for (const name of [ANSWERS_EXTENSION, IS_PUBLIC, REQUIRED_PERMISSION]) Reflect.deleteProperty(operation, name);

  // Nest tells the paths of one handler apart by an index, which is no name in any language.
  operation.operationId = operation.operationId?.replace(/\[(\d)\]$/, (_, index) => (index === '0' ? '' : 'Alias'));
  operation.security = isPublic ? [] : [{ jwt: [] }, { authHeader: [] }];
  if (!isAccountsPath(path)) operation.parameters = [...(operation.parameters ?? []), ACCEPT_LANGUAGE];
  const takesQuery = operation.parameters?.some((parameter) => 'in' in parameter && parameter.in === 'query');
  const codes = new Set<ProblemCode>([
    ...problems,
    ...ON_EVERY_ROUTE,
    ...(method === 'get' ? [] : ON_ROUTES_THAT_READ_A_BODY),
    ...(isPublic ? [] : ON_GUARDED_ROUTES),
    ...(takesQuery ? (['invalid_fields'] as const) : []),
    ...(permission === undefined ? [] : (['insufficient_scope'] as const)),
  ]);
  const success = Object.values(operation.responses).find((response) => response !== undefined) as Response;
  operation.responses = {
    '200': { ...withExample(success, document), description, headers },
    ...problemResponses(codes, path),
  };
  if (operation.requestBody !== undefined && !('$ref' in operation.requestBody)) {
    operation.requestBody = withExample(operation.requestBody, document);
  }
}

function withExample<T extends Pick<Response, 'content'>>(part: T, document: OpenAPIObject): T {
  const schema = part.content?.[JSON_TYPE]?.schema;
  if (schema === undefined) return part;
  return {
    ...part,
    content: { [JSON_TYPE]: { schema, example: exampleOf(schema, document.components?.schemas ?? {}) } },
  };
}
