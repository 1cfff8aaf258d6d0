import { Client } from './support/client.js';
import { type DocumentedOperation, examplesOf } from './support/openapi.js';
import { startServer, type TestServer } from './support/server.js';

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

let server: TestServer;
let client: Client;
let operations: DocumentedOperation[];

beforeAll(async () => {
  server = await startServer();
  client = await Client.of(server);
  operations = client.contract.operations();
});

afterAll(() => server.stop());

describe('The OpenAPI document', () => {
  it('is OpenAPI 3.1, and served as JSON', async () => {
    const { status, headers, body } = await client.get('/openapi.json');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body.openapi).toMatch(/^3\.1\.\d+$/);
    expect(body.info).toMatchObject({
      title: expect.stringMatching(/\S/) as string,
      version: expect.any(String) as string,
    });
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
    expect(parameters.filter(({ description, schema }) => !description || schema === undefined)).toEqual([]);
  });

  it('shows schema and example of every good answer', () => {
    for (const { operationId, responses } of operations) {
      const good = Object.keys(responses).filter((status) => status < '400');
      expect([operationId, good]).toEqual([operationId, ['200']]);
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
      const isAccounts = path.includes('/api/v1/accounts/');
      const schema = { $ref: `#/components/schemas/${isAccounts ? 'AccountsErrorBody' : 'ErrorBody'}` };
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
        for (const example of examples as { code: string; statusCode?: number }[]) {
          expect(description).toContain(`\`${example.code}\``);
          if (!isAccounts) expect(example.statusCode).toBe(Number(status));
        }
      }
    }
  });

  it('leaves out no refusal of a route of its kind', () => {
    for (const { operationId, requestBody, security, responses } of operations) {
      const expected = [
        ...['406', '500', '503'],
        ...(requestBody === undefined ? [] : ['400', '413', '415']),
        ...(security.length === 0 ? [] : ['400', '401']),
      ];
      const missing = expected.filter((status) => !(status in responses));
      expect([operationId, missing]).toEqual([operationId, []]);
    }
  });

  it('has an example for every body that is sent, and all examples are valid', () => {
    for (const { operationId, requestBody } of operations) {
      if (requestBody === undefined) continue;
      const media = requestBody.content['application/json'];
      expect([operationId, media?.example]).toEqual([operationId, expect.any(Object)]);
    }
    expect(operations.flatMap((operation) => client.contract.wrongExamples(operation))).toEqual([]);
  });

  it('knows both credentials', () => {
    expect(client.contract.document.components.securitySchemes).toEqual({
      jwt: expect.objectContaining({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }) as object,
      authHeader: expect.objectContaining({ type: 'apiKey', in: 'header', name: 'X-API-Key' }) as object,
    });
  });

  it('gives away none of its makings', () => {
    expect(JSON.stringify(client.contract.document)).not.toMatch(/"x-(answers|public|required-permission)"/);
  });
});
