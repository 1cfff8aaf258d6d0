import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import {
  Contract,
  errorSchemaOf,
  type DocumentedOperation,
  examplesOf,
  type CheckedAnswer,
  type OpenApi,
} from '../support/openapi.js';
import { useSharedServer } from '../support/use-server.js';
import { VERSION } from '../../src/config/version.js';
import { PROBLEMS } from '../../src/errors/problems.js';

/** The contract, sections 1 to 5 and 7. */
const OPERATIONS = [
  'POST /{locale}/api/v1/accounts/login',
  'POST /user/login',
  'POST /user/renew',
  'POST /user/logout',
  'GET /user/me',
  'POST /authheader/add',
  'GET /authheader/list',
  'POST /authheader/delete',
  'GET /.well-known/jwks.json',
  'GET /api/kittens/{id}',
  'DELETE /api/kittens/{id}',
  'GET /kittens/{id}',
  'DELETE /kittens/{id}',
  'GET /health/live',
  'GET /health/ready',
];

const { client, server } = useSharedServer();
let operations: DocumentedOperation[];

beforeAll(() => {
  operations = client.contract.operations();
});

describe('The OpenAPI document', () => {
  it('is OpenAPI 3.0.3, which older generators read too, and served as JSON', async () => {
    const { status, headers, body } = await client.get('/openapi.json');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body.openapi).toBe('3.0.3');
    expect(body.info).toEqual({
      title: expect.stringMatching(/\S/) as string,
      description: expect.stringContaining('`TOKEN`') as string,
      version: VERSION,
      license: { name: 'MIT', url: expect.stringMatching(/^https:/) as string },
    });
  });

  // A generated client knows no other, and `/` is none.
  it('says where the server is, under the name it was asked by', async () => {
    expect((await client.get<OpenApi>('/openapi.json')).body.servers.map(({ url }) => url)).toEqual([server.url]);
    const { body } = await client.callRaw<OpenApi>('GET', '/openapi.json', { Host: 'api.example.com' });
    expect(body.servers.map(({ url }) => url)).toEqual(['http://api.example.com']);
  });

  it('names every schema as a product does, with a title and a description', () => {
    const { schemas } = client.contract.document.components;
    expect(Object.keys(schemas)).toEqual(expect.arrayContaining(['User', 'AuthHeader', 'LoginRequest', 'ErrorCode']));
    expect(Object.keys(schemas).filter((name) => !/^[A-Z][A-Za-z]+$/.test(name) || /Dto|Answer/.test(name))).toEqual(
      [],
    );
    const undescribed = Object.entries(schemas).filter(([, { title, description }]) => !title || !description);
    expect(undescribed.map(([name]) => name)).toEqual([]);
    expect(schemas.AddUserRequest?.title).toBe('Add user request');
  });

  it('begins every summary with a verb, or names a check', () => {
    const VERB =
      /^(Add|Begin|Change|Check|Complete|Confirm|Create|Delete|Disable|Enable|End|Enrol|Follow|Get|Introspect|List|Log|Remove|Rename|Renew|Reset|Revoke|Rotate|Set|Unlock) /;
    const others = operations.map(({ summary = '' }) => summary).filter((summary) => !VERB.test(summary));
    expect(others).toEqual(['Liveness check', 'Readiness check']);
    expect(operations.filter(({ summary = '' }) => summary.length > 40)).toEqual([]);
  });

  it('has the rules that the server applies', () => {
    const { schemas } = client.contract.document.components;
    const property = (schema: string, name: string) => schemas[schema]?.properties?.[name];
    const password = { type: 'string', format: 'password', minLength: 8, maxLength: 256 };
    expect(property('ChangePasswordRequest', 'newPassword')).toMatchObject(password);
    expect(property('AddUserRequest', 'password')).toMatchObject(password);
    expect(property('LoginRequest', 'password')).not.toHaveProperty('minLength');
    for (const request of ['AddAuthHeaderRequest', 'UpdateAuthHeaderRequest']) {
      const scopes = { maxItems: 50, items: { type: 'string', pattern: expect.any(String) as string } };
      expect(property(request, 'scopes')).toMatchObject(scopes);
      expect(property(request, 'allowedIps')).toMatchObject({ maxItems: 50 });
    }
    for (const request of ['AddUserRequest', 'UpdateUserRequest']) {
      expect(property(request, 'email')).toMatchObject({ format: 'idn-email', maxLength: 254 });
      expect(property(request, 'roles')).toMatchObject({
        maxItems: 50,
        items: { pattern: expect.any(String) as string },
      });
    }
    const parameters = operations.flatMap(({ parameters: all = [] }) => all);
    expect(parameters.find(({ name }) => name === 'limit')?.schema).toMatchObject({ minimum: 1, maximum: 1000 });
    expect(parameters.find(({ name }) => name === 'cursor')?.schema).toMatchObject({ format: 'uuid' });
  });

  it('lists every error code, and where a value is one of a few', () => {
    const { schemas } = client.contract.document.components;
    expect(schemas.ErrorCode?.enum).toEqual(Object.keys(PROBLEMS));
    for (const body of ['ErrorBody', 'AccountsErrorBody']) {
      expect(schemas[body]?.properties?.code).toMatchObject({ allOf: [{ $ref: '#/components/schemas/ErrorCode' }] });
    }
    for (const name of ['action', 'outcome', 'credential']) {
      expect(schemas.AuditEvent?.properties?.[name]).toHaveProperty('enum');
    }
  });

  it('meets every rule that Redocly recommends, to the last warning', async () => {
    expect(await lint(client.contract.document)).toEqual([]);
    const { info, ...rest } = structuredClone(client.contract.document);
    delete info.license;
    expect(await lint({ info, ...rest })).toEqual([expect.stringMatching(/^info-license: /)]);
  });

  it('has the headings of the Slate document, in its order, each with a word of what is under it', () => {
    const { tags, paths } = client.contract.document;
    expect(tags.map(({ name }) => name).slice(0, 5)).toEqual([
      'Accounts',
      'User',
      'Auth headers',
      'Kittens',
      'Administration',
    ]);
    for (const { description } of tags) expect(description).toMatch(/\S/);
    const inOrder = Object.values(paths).flatMap((item) => Object.values(item).flatMap(({ tags: own = [] }) => own));
    expect([...new Set(inOrder)]).toEqual(tags.map(({ name }) => name));
  });

  it('holds every call of the contract', () => {
    const documented = operations.map(({ method, path }) => `${method} ${path}`);
    expect(OPERATIONS.filter((operation) => !documented.includes(operation))).toEqual([]);
  });

  it('names every operation by an identifier of its own', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids.filter((id) => !/^[a-z][A-Za-z\d]*$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says of every operation what it is for, under one of its own headings', () => {
    const tags = client.contract.document.tags.map(({ name }) => name);
    const isSilent = ({ summary, description, tags: [tag, ...more] = [] }: DocumentedOperation) =>
      !summary || !description || summary === description || !tag || !tags.includes(tag) || more.length > 0;
    expect(operations.filter(isSilent).map(({ operationId }) => operationId)).toEqual([]);
  });

  it('describes every parameter, and what goes into it', () => {
    const parameters = operations.flatMap(({ operationId, parameters: all = [], path }) => {
      expect(all.filter(({ in: place }) => place === 'path').map(({ name }) => `{${name}}`)).toEqual(
        path.match(/\{\w+\}/g) ?? [],
      );
      return all.map((parameter) => ({ operationId, ...parameter }));
    });
    const isIncomplete = ({ description, schema, required, example }: (typeof parameters)[number]) =>
      !description || schema === undefined || (required === true && example === undefined);
    expect(parameters.filter(isIncomplete)).toEqual([]);
  });

  // Swagger UI, Postman and Bruno send what they are shown: lists were empty, and refusals in German.
  it('suggests no value for a parameter that may be left out', () => {
    const suggestions = operations.flatMap(({ operationId, parameters = [] }) =>
      parameters
        .filter(({ required }) => required !== true)
        .flatMap(({ name, ...rest }) =>
          keysIn(rest)
            .filter((key) => ['example', 'examples', 'default'].includes(key))
            .map((key) => [operationId, name, key]),
        ),
    );
    expect(suggestions).toEqual([]);
    const described = operations.flatMap(({ parameters = [] }) => parameters.map(({ description }) => description));
    expect(described).toContainEqual(expect.stringMatching(/ For example `doe`\.$/));
  });

  it('needs nothing of OpenAPI 3.1', () => {
    const { document } = client.contract;
    const newer = ['const', '$defs', 'prefixItems', 'webhooks', 'pathItems', 'jsonSchemaDialect', 'patternProperties'];
    expect(keysIn(document).filter((key) => newer.includes(key))).toEqual([]);
    expect(
      nodesIn(document).filter(({ type, $ref }) => Array.isArray(type) || type === 'null' || Boolean($ref)),
    ).toEqual(nodesIn(document).filter((node) => Object.keys(node).join() === '$ref'));
    expect(nodesIn(document.components.schemas).filter(({ examples }) => Array.isArray(examples))).toEqual([]);
    // Roles of credentials that are not of OAuth.
    expect(operations.flatMap(({ security }) => security.flatMap((one) => Object.values(one).flat()))).toEqual([]);
  });

  it('declares the headers of its answers, with an example of each', () => {
    const ofLimit = ['RateLimit-Policy', 'RateLimit'];
    for (const { operationId, path, method, responses, security } of operations) {
      // Every answer ends with it.
      for (const { headers = {} } of Object.values(responses)) {
        expect(Object.entries(headers).at(-1)).toEqual(['X-Request-Id', { $ref: '#/components/headers/RequestId' }]);
      }
      const named = (status: string): string[] => Object.keys(responses[status]?.headers ?? {}).slice(0, -1);
      if ('401' in responses)
        expect([operationId, named('401')]).toEqual([operationId, ['WWW-Authenticate', 'Content-Language']]);
      if ('429' in responses)
        expect([operationId, named('429')]).toEqual([operationId, ['Retry-After', ...ofLimit, 'Content-Language']]);
      // The rate limit of an auth header, which a route that takes none does not know.
      const mayBeLimited = security.length > 0;
      expect([operationId, named('200').filter((name) => ofLimit.includes(name))]).toEqual([
        operationId,
        mayBeLimited ? ofLimit : [],
      ]);
      expect([operationId, named('503')]).toEqual([operationId, ['Retry-After', 'Content-Language']]);
      // There are never more than some signing keys, or second factors of a user.
      const isList = method === 'GET' && /(?<!\/signingkey|\/factors)\/(list|sessions)$/.test(path);
      if (isList)
        expect([operationId, responses['200']?.headers?.Link?.example]).toEqual([
          operationId,
          expect.stringContaining(`<${path}?`),
        ]);
      const all = Object.values(responses).flatMap(({ headers = {} }) => Object.values(headers));
      const own = all.filter(({ $ref }) => $ref === undefined);
      expect(own.filter(({ description, example }) => !description || !example)).toEqual([]);
    }
    const door = operations.find(({ path }) => path === '/{locale}/api/v1/accounts/login');
    expect(door?.responses['200']?.headers?.Authorization).toMatchObject({ required: true });
  });

  it('shows schema and example of every good answer', () => {
    for (const { operationId, responses } of operations) {
      const good = Object.keys(responses).filter((status) => status < '400');
      expect([operationId, good]).toEqual([operationId, ['200']]);
      // A verdict is in its headers alone, and RFC 7009 asks for no body.
      if (['verifyCredential', 'revokeToken'].includes(operationId)) {
        expect(responses['200']).not.toHaveProperty('content');
        continue;
      }
      const media = responses['200']?.content?.['application/json'];
      expect([operationId, media?.schema, media?.example]).toEqual([
        operationId,
        expect.any(Object),
        expect.anything(),
      ]);
    }
  });

  it('shows schema and examples of every refusal, its status and code in each', () => {
    for (const { operationId, path, responses } of operations) {
      const name = errorSchemaOf(path);
      const schema = { $ref: `#/components/schemas/${name}` };
      for (const [status, { description, content }] of Object.entries(responses)) {
        if (status < '400') continue;
        const media = content?.['application/json'];
        const examples = media === undefined ? [] : examplesOf(media);
        expect([operationId, status, media?.schema, examples]).toEqual([
          operationId,
          status,
          schema,
          expect.arrayContaining([expect.anything()]),
        ]);
        for (const example of examples as { code?: string; error: string; statusCode?: number }[]) {
          expect(description).toContain(`\`${example.code ?? example.error}\``);
          if (name === 'ErrorBody') expect(example.statusCode).toBe(Number(status));
        }
      }
    }
  });

  it('complains, in its examples, of fields that the operation has', () => {
    for (const { operationId, parameters = [], requestBody, responses } of operations) {
      const media = requestBody?.content['application/json'];
      const fields = [...parameters.map(({ name }) => name), ...Object.keys(media?.example ?? {})];
      const refusal = responses['400']?.content?.['application/json']?.examples?.invalid_fields?.value;
      const { details = [] } = (refusal ?? {}) as { details?: { field: string; message: string }[] };
      const hasNone = fields.every((name) => name === 'Accept-Language');
      const foreign = details.filter(({ field, message }) => (!fields.includes(field) && !hasNone) || message === '');
      expect([operationId, foreign]).toEqual([operationId, []]);
    }
  });

  it('leaves out no refusal of a route of its kind', () => {
    for (const { operationId, requestBody, security, responses } of operations) {
      const expected = [
        '503',
        // A proxy takes 500 for a fault of its own.
        ...(operationId === 'verifyCredential' ? [] : ['500']),
        ...(responses['200']?.content === undefined ? [] : ['406']),
        ...(requestBody === undefined ? [] : ['400', '413', '415']),
        ...(security.length === 0 ? [] : ['401']),
        // A proxy that asks takes 400 for a fault of its own.
        ...(security.length === 0 || operationId === 'verifyCredential' ? [] : ['400']),
      ];
      const missing = expected.filter((status) => !(status in responses));
      expect([operationId, missing]).toEqual([operationId, []]);
    }
  });

  it('tells a proxy that asks for a verdict nothing that it does not understand', () => {
    const verify = operations.find(({ operationId }) => operationId === 'verifyCredential');
    expect(Object.keys(verify?.responses ?? {})).toEqual(['200', '401', '403', '429', '503']);
  });

  it('has an example for every body that is sent, and all examples are valid', () => {
    for (const { operationId, requestBody } of operations) {
      if (requestBody === undefined) continue;
      const [media] = Object.values(requestBody.content);
      expect([operationId, media?.example]).toEqual([operationId, expect.any(Object)]);
    }
    expect(operations.flatMap((operation) => client.contract.wrongExamples(operation))).toEqual([]);
  });

  it('knows both credentials, and how an OAuth client presents one', () => {
    expect(client.contract.document.components.securitySchemes).toEqual({
      jwt: expect.objectContaining({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }) as object,
      authHeader: expect.objectContaining({ type: 'apiKey', in: 'header', name: 'X-API-Key' }) as object,
      client: expect.objectContaining({ type: 'http', scheme: 'basic' }) as object,
    });
  });

  it('gives away none of its makings', () => {
    expect(JSON.stringify(client.contract.document)).not.toMatch(/"x-(?!codeSamples")/);
  });
});

/** Every object of a document, the document included. */
function nodesIn(node: unknown): Record<string, unknown>[] {
  if (typeof node !== 'object' || node === null) return [];
  const children = Object.values(node).flatMap(nodesIn);
  return Array.isArray(node) ? children : [node as Record<string, unknown>, ...children];
}

function keysIn(node: unknown): string[] {
  return nodesIn(node).flatMap((one) => Object.keys(one));
}

/** What Redocly's recommended rules say of a document, warnings too. */
async function lint(document: OpenApi): Promise<unknown> {
  const linter = spawn(process.execPath, [join(__dirname, '../support/lint-openapi.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  linter.stdin.end(JSON.stringify(document));
  return JSON.parse(await textOf(linter.stdout));
}

/** Every answer that the whole-app tests get is checked by it. */
describe('The check of every answer accepts what is documented, and refuses', () => {
  const me = (): OpenApi['paths'][string][string] => {
    const operation = client.contract.document.paths['/user/me']?.get;
    if (operation === undefined) throw new Error('GET /user/me is not documented');
    return operation;
  };
  const answerOf = (status: number, change: Partial<CheckedAnswer> = {}, extra: object = {}): CheckedAnswer => {
    const media = me().responses[status]?.content?.['application/json'];
    const body = { ...(media === undefined ? {} : (examplesOf(media)[0] as object)), ...extra };
    return { status, headers: new Headers(), type: 'application/json; charset=utf-8', body, ...change };
  };
  const checkAnswer = (answer: CheckedAnswer, path = '/user/me', contract = client.contract) => {
    contract.check('GET', path, answer);
  };
  const challenge = { headers: new Headers({ 'www-authenticate': 'Bearer realm="elastic-personas"' }) };

  it('nothing else', () => {
    checkAnswer(answerOf(200));
    checkAnswer(answerOf(401, challenge));
  });

  it('a field that is not documented', () => {
    expect(() => {
      checkAnswer(answerOf(200, {}, { PasswordHash: 'x' }));
    }).toThrow(/GET \/user\/me 200 differs from the document: .*additional properties/);
  });

  it('a field of another type, and one that is missing', () => {
    expect(() => {
      checkAnswer(answerOf(200, {}, { Roles: 'admin' }));
    }).toThrow('Roles must be array');
    expect(() => {
      checkAnswer(answerOf(200, { body: {} }));
    }).toThrow("must have required property 'Id'");
  });

  it('a status that is not documented', () => {
    for (const status of [201, 204, 302, 402, 404, 405, 409, 418]) {
      expect(() => {
        checkAnswer(answerOf(status, { body: answerOf(401).body }));
      }).toThrow(`GET /user/me ${status} is not documented`);
    }
  });

  it('a header that is not documented, and one that is missing', () => {
    expect(() => {
      checkAnswer(answerOf(200, { headers: new Headers({ authorization: 'Bearer x' }) }));
    }).toThrow('Authorization is not documented');
    expect(() => {
      checkAnswer(answerOf(401));
    }).toThrow('WWW-Authenticate is missing');
  });

  it('what is not JSON', () => {
    expect(() => {
      checkAnswer(answerOf(200, { type: 'text/html' }));
    }).toThrow('not JSON');
  });

  it('a route whose documentation was removed', () => {
    const document = structuredClone(client.contract.document);
    delete document.paths['/user/me'];
    expect(() => {
      checkAnswer(answerOf(200), '/user/me', new Contract(document));
    }).toThrow('GET /user/me 200 is not documented');
  });
});
