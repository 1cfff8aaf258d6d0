import { parseAnswer, sendRaw } from '../support/client.js';
import { type DocumentedOperation, samplePath, takesForm } from '../support/openapi.js';
import { useSharedServer } from '../support/use-server.js';

/** How clients say that there is no body. */
const FRAMINGS: Readonly<Record<string, readonly [headers: readonly string[], body: string]>> = {
  'no length': [[], ''],
  'a length of 0': [['Content-Length: 0'], ''],
  'no chunks': [['Transfer-Encoding: chunked'], '0\r\n\r\n'],
  'no chunks and a trailer': [['Transfer-Encoding: chunked'], '0\r\nX-Sum: 0\r\n\r\n'],
};
/** What the defaults of curl, axios, fetch, Ruby, PHP, Python, wget and the generated clients say of its type, and odder ones. */
const TYPES = [
  undefined,
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=latin1',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'text/plain;charset=UTF-8',
  'application/octet-stream',
  'x',
  '',
  'a/b/c',
  'application/json, text/plain',
];

const { server, client } = useSharedServer();

async function statusesOf(
  method: string,
  path: string,
  token: () => Promise<string>,
  types = TYPES,
): Promise<string[]> {
  const statuses: string[] = [];
  for (const [framing, [headers, body]] of Object.entries(FRAMINGS)) {
    for (const type of types) {
      const lines = [
        `${method} ${path} HTTP/1.1`,
        'Host: a',
        `Authorization: Bearer ${await token()}`,
        ...(type === undefined ? [] : [`Content-Type: ${type}`]),
        ...headers,
        'Connection: close',
      ];
      const { status, text } = parseAnswer(await sendRaw(server, `${lines.join('\r\n')}\r\n\r\n${body}`));
      statuses.push(`${status}${status === 200 ? '' : ` ${text}`} (${framing}, ${String(type)})`);
    }
  }
  return statuses;
}

describe('A body of length 0 is no body, whatever its type and its framing:', () => {
  const notOf = (statuses: string[], status: number): string[] =>
    statuses.filter((one) => !one.startsWith(String(status)));

  it('a JWT is renewed', async () => {
    const jwt = await client.logIn();
    expect(notOf(await statusesOf('POST', '/user/renew', () => Promise.resolve(jwt)), 200)).toEqual([]);
  });

  it('a session is ended', async () => {
    // Each logout needs a login, which hashes a password.
    const types = [undefined, 'application/json', 'application/x-www-form-urlencoded', ''];
    expect(notOf(await statusesOf('POST', '/user/logout', () => client.logIn(), types), 200)).toEqual([]);
  });

  it.each(['GET', 'DELETE'])('a %s asks for its kitten', async (method) => {
    const jwt = await client.logIn();
    expect(notOf(await statusesOf(method, '/kittens/424242', () => Promise.resolve(jwt)), 404)).toEqual([]);
  });

  it('an operation that needs a body names the fields that are missing', async () => {
    const jwt = await client.logIn();
    const needsBody = (operation: DocumentedOperation): boolean =>
      operation.requestBody?.required === true && !takesForm(operation);
    const operations = client.contract.operations().filter(needsBody);
    expect(operations).not.toHaveLength(0);
    for (const operation of operations) {
      for (const contentType of ['application/json', 'text/plain', '']) {
        const answer = await client.call('POST', samplePath(operation), {
          headers: { authorization: `Bearer ${jwt}`, 'content-type': contentType },
        });
        expect([operation.operationId, answer.status, answer.body]).toEqual([
          operation.operationId,
          400,
          expect.objectContaining({
            code: 'invalid_fields',
            details: expect.arrayContaining([expect.anything()]) as object[],
          }),
        ]);
      }
    }
  });

  it('any other text of another type than JSON is refused', async () => {
    const jwt = await client.logIn();
    const headers = { authorization: `Bearer ${jwt}` };
    for (const contentType of ['text/plain', 'application/x-www-form-urlencoded', 'x', '']) {
      const { status, body } = await client.call('POST', '/user/renew', { headers, contentType, body: ' ' });
      expect([contentType, status, body.code]).toEqual([contentType, 415, 'unsupported_media_type']);
    }
    const { status, body } = await client.call('POST', '/user/renew', { headers, body: ' ' });
    expect([status, body.code]).toEqual([400, 'malformed_json']);
  });
});
