import type { Ajv2020, Options, ValidateFunction } from 'ajv/dist/2020.js';
import { exampleOf } from '../../src/docs/example-of.js';
import { closedSchemasOf, schemaAt } from './closed-schemas.js';
import { loadOnce } from './once-a-worker.js';

export interface Media {
  schema: object;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security: Record<string, unknown>[];
  responses: Record<
    string,
    {
      description: string;
      content?: Record<string, Media>;
      headers?: Record<string, { required?: boolean; description?: string; example?: string; $ref?: string }>;
    }
  >;
  requestBody?: { content: Record<string, Media>; required?: boolean };
  'x-codeSamples'?: { lang: string; label?: string; source: string }[];
  parameters?: {
    name: string;
    in: string;
    description?: string;
    required?: boolean;
    example?: string | number;
    schema?: { enum?: string[] };
  }[];
}

export interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  info: { title: string; version: string; description?: string; license?: object };
  servers: { url: string }[];
  tags: { name: string; description?: string }[];
  components: {
    schemas: Record<
      string,
      {
        title?: string;
        description?: string;
        enum?: string[];
        properties?: Record<string, object>;
        required?: string[];
      }
    >;
    securitySchemes: Record<string, object>;
  };
}

/** One operation of the document, with where it is. */
export interface DocumentedOperation extends Operation {
  method: string;
  path: string;
}

/** The operation's path with a valid value for each parameter. */
export function samplePath({ path, parameters = [] }: Pick<DocumentedOperation, 'path' | 'parameters'>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((candidate) => candidate.name === name);
    if (parameter?.example === undefined) throw new Error(`${path} has no example of ${name}`);
    return String(parameter.example);
  });
}

/** The examples next to a schema. */
export function examplesOf({ example, examples = {} }: Media): unknown[] {
  return [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)];
}

/** The operation's own example of its body; undefined where it takes none. */
export function sampleBody({ requestBody }: Pick<DocumentedOperation, 'requestBody'>): unknown {
  const form = requestBody?.content[FORM_TYPE];
  if (form !== undefined) return new URLSearchParams(form.example as Record<string, string>);
  return requestBody?.content['application/json']?.example;
}

/** Whether an operation takes a form in place of JSON. */
export function takesForm({ requestBody }: Pick<DocumentedOperation, 'requestBody'>): boolean {
  return requestBody !== undefined && FORM_TYPE in requestBody.content;
}

/** An answer, as far as the document speaks of it. */
export interface CheckedAnswer {
  status: number;
  headers: Headers;
  /** The `Content-Type`. */
  type: string;
  body: unknown;
}

const FORM_TYPE = 'application/x-www-form-urlencoded';
/** Every status a request can meet where there is no such route. */
const STATUSES_OF_NO_ROUTE = [400, 404, 405, 408, 414, 431];
/** Every refusal of a request that could not be read far enough for a route to take it. */
const CODES_AHEAD_OF_ROUTES = [
  'malformed_request',
  'malformed_url',
  'request_timeout',
  'headers_too_large',
  'https_required',
];
/** What is no call of the API. */
const PAGES = /^\/(?:openapi\.json|docs\.md|llms\.txt|favicon\.ico|(?:docs|swagger)(?:\/.*)?)?$/;
/** The headers that mean something to a client: none comes undocumented. */
const MEANINGFUL_HEADERS = ['Authorization', 'Link', 'Retry-After', 'WWW-Authenticate'];

/** The document that a server publishes. */
export async function documentOf({ url }: { readonly url: string }): Promise<OpenApi> {
  return (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;
}

/** What a document's schemas were compiled to so far, which costs more than the requests. */
interface CompiledSchemas {
  readonly closed: object;
  readonly ajv: Ajv2020;
  /** To OpenAPI a format is a hint: our answers must keep it, requests need not. Made by the first of the few that ask. */
  ajvForRequests?: Ajv2020;
  readonly validators: Map<Ajv2020, Map<string, ValidateFunction>>;
}

/** Prepares the checks of a document. Each is compiled when it is needed first. */
export function compileSchemas(document: OpenApi): CompiledSchemas {
  const closed = closedSchemasOf(document);
  const ajv = newAjv({ allErrors: true });
  loadOnce('ajv-formats').default(ajv);
  ajv.addFormat('idn-email', /^[^@\s]+@[^@\s]+$/u);
  return { closed, ajv: ajv.addSchema(closed, 'openapi'), validators: new Map() };
}

/** Ajv takes a fifth of a second to prepare its check of schemas. openapi.spec.ts has the document checked. */
function newAjv(options: Options): Ajv2020 {
  const { Ajv2020 } = loadOnce('ajv/dist/2020.js');
  return new Ajv2020({ strict: false, meta: false, validateSchema: false, ...options });
}

/** The OpenAPI document of a server, and the check of that server's answers against it. */
export class Contract {
  private readonly templates: readonly { template: string; pattern: RegExp }[];

  constructor(
    readonly document: OpenApi,
    private readonly schemas = compileSchemas(document),
  ) {
    this.templates = Object.keys(document.paths).map((template) => ({
      template,
      pattern: new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
    }));
  }

  operations(): DocumentedOperation[] {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
    );
  }

  /** Throws unless the document says that this answer may come from this request. */
  check(method: string, path: string, { status, headers, type, body }: CheckedAnswer): void {
    const template = this.templateOf(path);
    const operation = template === undefined ? undefined : this.document.paths[template]?.[method.toLowerCase()];
    const answer = operation?.responses[String(status)];
    const where = `${method} ${path} ${status}`;
    if (answer === undefined) {
      const isPage = template === undefined && status < 400 && PAGES.test(path);
      // A browser's preflight is answered ahead of any route.
      if (isPage || (method === 'OPTIONS' && status === 204)) return;
      const isAheadOfRoute = CODES_AHEAD_OF_ROUTES.includes((body as { code?: string } | undefined)?.code ?? '');
      const mayCome = isAheadOfRoute || (operation === undefined && STATUSES_OF_NO_ROUTE.includes(status));
      if (!mayCome) throw new Error(`${where} is not documented`);
      this.validate(`/components/schemas/${errorSchemaOf(path)}`, body, where);
    } else {
      const steps = ['paths', template ?? '', method.toLowerCase(), 'responses', String(status)];
      this.checkHeaders(answer.headers ?? {}, [...steps, 'headers'], headers, where);
      if (answer.content === undefined) {
        if (type !== '' || body !== undefined) throw new Error(`${where} has a body, and is documented without`);
        return;
      }
      const pointer = [...steps, 'content', 'application/json', 'schema'].map(escapePointer).join('/');
      this.validate(`/${pointer}`, body, where);
    }
    if (!type.startsWith('application/json')) throw new Error(`${where} is ${type}, not JSON`);
  }

  private checkHeaders(
    documented: NonNullable<Operation['responses'][string]['headers']>,
    steps: readonly string[],
    headers: Headers,
    where: string,
  ): void {
    for (const name of MEANINGFUL_HEADERS) {
      if (headers.has(name) && !(name in documented)) throw new Error(`${where}: ${name} is not documented`);
    }
    for (const [name, { required, $ref }] of Object.entries(documented)) {
      // Of every answer, also of those that are not documented: the client asks for it.
      if ($ref !== undefined) continue;
      const value = headers.get(name);
      if (value === null && required) throw new Error(`${where}: ${name} is missing`);
      if (value !== null) this.validate(`/${[...steps, name, 'schema'].map(escapePointer).join('/')}`, value, where);
    }
  }

  /** Whether the document lets this operation take this body. */
  takes({ method, path }: Pick<DocumentedOperation, 'method' | 'path'>, body: unknown): boolean {
    const steps = ['paths', path, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema'];
    const { closed } = this.schemas;
    this.schemas.ajvForRequests ??= newAjv({ validateFormats: false }).addSchema(closed, 'openapi');
    return this.validator(`/${steps.map(escapePointer).join('/')}`, this.schemas.ajvForRequests)(body);
  }

  /** A body with every field there is, each as the document has it for an example. */
  wholeBody({ requestBody }: Pick<DocumentedOperation, 'requestBody'>): unknown {
    const schema = requestBody?.content['application/json']?.schema;
    return schema && exampleOf(schema, this.document.components.schemas);
  }

  /** What is wrong with the examples of an operation's bodies, by the schemas next to them. */
  wrongExamples({ method, path, requestBody, responses }: DocumentedOperation): string[] {
    const operation = ['paths', path, method.toLowerCase()];
    const bodies = [
      ...Object.entries(requestBody?.content ?? {}).map(([type, media]) => ({
        steps: [...operation, 'requestBody', 'content', type],
        media,
      })),
      ...Object.entries(responses).map(([status, { content }]) => ({
        steps: [...operation, 'responses', status, 'content', 'application/json'],
        media: content?.['application/json'],
      })),
    ];
    return bodies.flatMap(({ steps, media }) => {
      if (media === undefined) return [];
      const pointer = `/${[...steps, 'schema'].map(escapePointer).join('/')}`;
      const validator = this.validator(pointer);
      return examplesOf(media).flatMap((example) =>
        validator(example) ? [] : [`${pointer}: ${this.schemas.ajv.errorsText(validator.errors)}`],
      );
    });
  }

  private validate(pointer: string, body: unknown, where: string): void {
    const validator = this.validator(pointer);
    if (validator(body)) return;
    throw new Error(`${where} differs from the document: ${this.schemas.ajv.errorsText(validator.errors)}`);
  }

  private validator(pointer: string, ajv = this.schemas.ajv): ValidateFunction {
    const { closed, validators } = this.schemas;
    const known = validators.get(ajv) ?? new Map<string, ValidateFunction>();
    validators.set(ajv, known);
    // All operations have the same errors and headers, and to compile a schema costs more than a request.
    const text = known.has(pointer) ? pointer : JSON.stringify(schemaAt(closed, pointer));
    const validator = known.get(text) ?? ajv.compile({ $ref: `openapi#${encodeURI(pointer)}` });
    known.set(pointer, validator).set(text, validator);
    return validator;
  }

  private templateOf(path: string): string | undefined {
    return this.templates.find(({ pattern }) => pattern.test(path))?.template;
  }
}

/** The schema of the errors at a path. */
export function errorSchemaOf(path: string): string {
  if (/^\/oauth(\/|$)/.test(path)) return 'OAuthErrorBody';
  return /^\/[^/]+\/api\/v1\/accounts(\/|$)/.test(path) ? 'AccountsErrorBody' : 'ErrorBody';
}

function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
