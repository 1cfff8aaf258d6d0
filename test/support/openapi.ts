import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

interface Operation {
  operationId: string;
  security: Record<string, unknown>[];
  responses: Record<string, { content?: Record<string, { schema: object; example?: unknown; examples?: object }> }>;
  requestBody?: { content: Record<string, { schema: { $ref: string }; example: unknown }> };
  parameters?: { name: string; in: string; example?: unknown; schema?: { enum?: string[] } }[];
}

export interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: Record<string, object>; required?: string[] }> };
}

/** One operation of the document, with where it is. */
export interface DocumentedOperation extends Operation {
  method: string;
  path: string;
}

/** Every status a request can meet before a route takes it. */
const STATUSES_OF_NO_ROUTE = [400, 404, 405, 408, 414, 431];

/** The document a server shows, as the judge of that server's answers. */
export class Contract {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(readonly document: OpenApi) {
    formats.default(this.ajv);
    this.ajv.addSchema(closeObjects(structuredClone(document)) as object, 'openapi');
  }

  operations(): DocumentedOperation[] {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
    );
  }

  /** Throws unless the document says that this answer may come from this request. */
  check(method: string, path: string, status: number, contentType: string, body: unknown): void {
    const template = this.templateOf(path);
    const operation = template === undefined ? undefined : this.document.paths[template]?.[method.toLowerCase()];
    const answer = operation?.responses[String(status)];
    const where = `${method} ${path} ${status}`;
    if (answer === undefined) {
      const isPage = template === undefined && status < 400;
      if (isPage) return;
      if (!STATUSES_OF_NO_ROUTE.includes(status)) throw new Error(`${where} is not documented`);
      const isAccounts = /^\/[^/]+\/api\/v1\/accounts(\/|$)/.test(path);
      this.validate(`/components/schemas/${isAccounts ? 'AccountsErrorBody' : 'ErrorBody'}`, body, where);
    } else {
      const steps = ['paths', template ?? '', method.toLowerCase(), 'responses', String(status)];
      const pointer = [...steps, 'content', 'application/json', 'schema'].map(escapePointer).join('/');
      this.validate(`/${pointer}`, body, where);
    }
    if (!contentType.startsWith('application/json')) throw new Error(`${where} is ${contentType}, not JSON`);
  }

  private validate(pointer: string, body: unknown, where: string): void {
    let validator = this.validators.get(pointer);
    if (validator === undefined) {
      validator = this.ajv.compile({ $ref: `openapi#${encodeURI(pointer)}` });
      this.validators.set(pointer, validator);
    }
    if (validator(body)) return;
    throw new Error(`${where} differs from the document: ${this.ajv.errorsText(validator.errors)}`);
  }

  private templateOf(path: string): string | undefined {
    return Object.keys(this.document.paths).find((template) =>
      new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
    );
  }
}

function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A field that the document does not name is a fault, here, even if to a client it is none. */
function closeObjects(node: unknown): unknown {
  if (Array.isArray(node)) node.forEach(closeObjects);
  else if (typeof node === 'object' && node !== null) {
    Object.values(node).forEach(closeObjects);
    if ('properties' in node && 'type' in node) Object.assign(node, { additionalProperties: false });
  }
  return node;
}
