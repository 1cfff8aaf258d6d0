import { once } from 'node:events';
import { STATUS_CODES } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, Client, parseAnswer, sendRaw } from './support/client.js';
import { Connection, refusesConnections } from './support/connection.js';
import { TestDatabase } from './support/database.js';
import { refuseLeaks } from './support/leaks.js';
import { samplePath } from './support/openapi.js';
import { ADMIN, startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

const ACCOUNTS_LOGIN = '/en/api/v1/accounts/login';
const LOGINS: Record<string, object> = {
  '/user/login': { username: ADMIN.username, password: ADMIN.password },
  [ACCOUNTS_LOGIN]: { account: { email: ADMIN.email, password: ADMIN.password } },
};
const PAGES = ['/', '/docs', '/swagger', '/openapi.json'];
const BODY_LIMIT = 16_384;
const JSON_UTF8 = 'application/json; charset=utf-8';

/** Checks the whole body: nothing is in it but what the contract names. */
function expectProblem(answer: Omit<Answer, 'body'>, path: string, status: number, code: string): void {
  refuseLeaks(answer.text, server);
  expect(`${answer.status} ${answer.headers.get('content-type') ?? ''}`).toBe(`${status} ${JSON_UTF8}`);
  const sentence = expect.stringMatching(/\S/) as string;
  if (path.startsWith('/oauth/')) {
    expect(JSON.parse(answer.text)).toEqual({ error: 'invalid_request', error_description: sentence });
    return;
  }
  const expected = path.includes('/api/v1/accounts')
    ? { status: { error: sentence }, code }
    : { statusCode: status, error: STATUS_CODES[status], message: sentence, code };
  expect(JSON.parse(answer.text)).toEqual(expected);
}

const { server, client, database } = useServer();
let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
});

describe.each(Object.entries(LOGINS))('A refusal at %s is JSON in the style of its document', (path, login) => {
  it.each(['{', '{"a":1,}', "{'a':1}", 'nonsense', '{"a":1}{"a":1}', '\u{feff}'])('400: the text %j', async (body) => {
    expectProblem(await client.call('POST', path, { body }), path, 400, 'malformed_json');
  });

  it('405: another method', async () => {
    const answer = await client.call('PUT', path, { body: '{' });
    expectProblem(answer, path, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('POST');
  });

  it('406: an Accept that excludes JSON', async () => {
    const answer = await client.call('POST', path, { body: login, headers: { accept: 'text/html' } });
    expectProblem(answer, path, 406, 'not_acceptable');
  });

  it('413: a body over 16 KiB, whether or not it says its length', async () => {
    const body = JSON.stringify(login).padEnd(BODY_LIMIT + 1);
    expectProblem(await client.call('POST', path, { body }), path, 413, 'body_too_large');
    const headers = { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' };
    const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    expectProblem(await client.callRaw('POST', path, headers, chunks), path, 413, 'body_too_large');
    expect((await client.call('POST', path, { body: body.slice(1) })).status).toBe(400);
    expect((await client.call('POST', path, { body: body.slice(0, -1) })).status).toBe(200);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json; charset=latin1',
    'x',
  ])('415: %s', async (contentType) => {
    const answer = await client.call('POST', path, { body: login, contentType });
    expectProblem(answer, path, 415, 'unsupported_media_type');
  });

  it('415: a body of no stated type', async () => {
    const answer = await client.callRaw('POST', path, { 'Content-Length': '2' }, '{}');
    expectProblem(answer, path, 415, 'unsupported_media_type');
  });

  it.each(['application/json;charset=UTF-8', 'application/json; charset="utf8"', 'APPLICATION/JSON'])(
    'and none for %s',
    async (contentType) => {
      expect((await client.call('POST', path, { body: login, contentType })).status).toBe(200);
    },
  );
});

describe('A path that nothing answers is 404, whatever its body', () => {
  it.each(['/nothing', '/user', '/user/login/', '/User/login', '//user/login', '/en/api/v1/accounts/nothing'])(
    '%s',
    async (path) => {
      expectProblem(await client.get(path), path, 404, 'unknown_path');
      for (const contentType of ['application/json', 'text/plain']) {
        const answer = await client.call('POST', path, { body: '{', contentType });
        expectProblem(answer, path, 404, 'unknown_path');
      }
    },
  );

  it.each(['nothing.js', '..%2f..%2fpackage.json', '%2e%2e/package.json', '%00'])('/swagger/%s', async (asset) => {
    const { status, headers } = await client.callRaw('GET', `/swagger/${asset}`);
    expect(`${status} ${headers.get('content-type') ?? ''}`).toBe(`404 ${JSON_UTF8}`);
  });
});

describe('A method that a path does not answer is 405, and Allow names those it does', () => {
  it('on every documented path and every page', async () => {
    const allowed = new Map(PAGES.map((path): [string, string[]] => [path, ['GET', 'HEAD']]));
    for (const operation of client.contract.operations()) {
      const methods = operation.method === 'GET' ? ['GET', 'HEAD'] : [operation.method];
      const path = samplePath(operation);
      // It answers every method.
      if (path === '/auth/verify') continue;
      allowed.set(path, [...(allowed.get(path) ?? []), ...methods]);
    }
    for (const [path, methods] of allowed) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
        if (methods.includes(method)) continue;
        const answer = await client.callRaw(method, path, { Authorization: `Bearer ${jwt}` });
        expectProblem(answer, path, 405, 'method_not_allowed');
        expect(`${path} ${String(answer.headers.get('allow')?.split(', ').sort().join())}`).toBe(
          `${path} ${methods.toSorted().join()}`,
        );
      }
    }
  });

  it('on HEAD, without a body', async () => {
    const { status, headers, text } = await client.call('HEAD', '/user/login');
    expect([status, headers.get('allow'), text]).toEqual([405, 'POST', '']);
  });
});

describe('What the Accept header excludes', () => {
  it('is 406 on every call of the API that answers JSON, ahead of anything else', async () => {
    for (const operation of client.contract.operations()) {
      if (operation.responses['200']?.content === undefined) continue;
      const path = samplePath(operation);
      const answer = await client.call(operation.method, path, { headers: { accept: 'text/html' } });
      expectProblem(answer, path, 406, 'not_acceptable');
    }
  });

  it.each(['*/*', 'application/*', 'application/json', 'text/html, application/json;q=0.1'])(
    'is not JSON, by %j',
    async (accept) => {
      expect((await client.call('GET', '/health/live', { headers: { accept } })).status).toBe(200);
    },
  );

  it.each([
    ['/.well-known/jwks.json', 'application/jwk-set+json', 'application/jwk-set+json; charset=utf-8', 'keys'],
    [
      '/.well-known/jwks.json',
      'text/html, application/jwk-set+json;q=0.1',
      'application/jwk-set+json; charset=utf-8',
      'keys',
    ],
    ['/.well-known/jwks.json', 'application/jwk-set+json, application/json', JSON_UTF8, 'keys'],
    ['/health/live', 'text/plain', 'text/plain', 'status'],
    ['/health/ready', 'text/plain;version=0.0.4', 'text/plain', 'status'],
    ['/health/live', 'text/plain, */*;q=0.1', JSON_UTF8, 'status'],
  ])('is not the type that a client of %s names: %s', async (path, accept, type, field) => {
    const response = await fetch(server.url + path, { headers: { accept } });
    const { status, headers } = response;
    expect([status, headers.get('content-type'), headers.get('vary')]).toEqual([200, type, 'Accept']);
    expect(await response.json()).toHaveProperty(field);
  });

  it('is not JSON where there is none', async () => {
    expect((await client.callRaw('GET', '/health/live')).status).toBe(200);
  });

  it.each(['text/html', 'application/json', 'image/png'])('does not matter to a page: %s', async (accept) => {
    for (const path of ['/docs', '/swagger']) {
      expect((await client.call('GET', path, { headers: { accept } })).status).toBe(200);
    }
  });
});

describe('What cannot be read as a request is refused in JSON', () => {
  it.each(['/%E0%A4%A', '/en/api/v1/accounts/%E0%A4%A', '/api/kittens/%ff'])('the URL %s', async (path) => {
    expectProblem(await client.callRaw('GET', path), path, 400, 'malformed_url');
  });

  it('headers or a URL of 20 000 characters', async () => {
    const long = 'x'.repeat(20_000);
    expectProblem(await client.callRaw('GET', '/user/me', { 'X-Long': long }), '/', 431, 'headers_too_large');
    expectProblem(await client.callRaw('GET', `/health/live?${long}`), '/', 431, 'headers_too_large');
  });

  it.each([
    'GARBAGE\r\n\r\n',
    '\u0016\u0003\u0001 a TLS handshake\r\n\r\n',
    'BREW /user/me HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /user/me HTTP/1.1\r\nHost: a\r\nAuthorization: a\0b\r\n\r\n',
    'GET /user/me HTTP/1.1\r\nHost: a\r\n no header\r\n\r\n',
    'POST /user/login HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
    'POST /user/login HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
    // RFC 9112, section 3.2.
    'GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    'GET /health/live HTTP/1.1\r\nHost: a\r\nhOST: a\r\nConnection: close\r\n\r\n',
    'GET /health/live HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n',
    'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n',
  ])('%j', async (request) => {
    expectProblem(parseAnswer(await sendRaw(server, request)), '/', 400, 'malformed_request');
  });

  it('an expectation that nobody can meet is no reason for an answer without a body', async () => {
    const { status, headers } = await client.callRaw('GET', '/user/me', { Expect: 'a miracle' });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(headers.get('content-type')).toBe(JSON_UTF8);
  });
});

describe('A deleted kitten', () => {
  it('is 410, by either path', async () => {
    expect((await client.delete('/kittens/1', jwt)).status).toBe(200);
    for (const path of ['/kittens/1', '/api/kittens/1']) {
      expectProblem(await client.get(path, jwt), path, 410, 'deleted');
      expectProblem(await client.delete(path, jwt), path, 410, 'deleted');
    }
  });

  it('differs from one that never was', async () => {
    expectProblem(await client.get('/kittens/3', jwt), '/kittens/3', 404, 'not_found');
  });
});

describe('A client that hangs up before its body is complete', () => {
  it.each([
    ['with a length', 'Content-Length: 50\r\n\r\n{"us'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\n{"us\r\n'],
  ])('writes nothing into the log: %s', async (_, rest) => {
    const before = server.output();
    const { port, hostname } = new URL(server.url);
    for (let time = 0; time < 5; time++) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(`POST /user/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${rest}`);
      await sleep(20);
      if (time % 2 === 0) socket.resetAndDestroy();
      else socket.end();
    }
    await sleep(200);
    expect((await client.get('/health/ready')).status).toBe(200);
    expect(server.output()).toBe(before);
  });
});

describe('Our own fault is 500 with a request to quote, and nothing of its cause', () => {
  /** Waits for the log's line on that request, and checks that it gives nothing away. */
  async function expectLogged(text: string, secrets: string[]): Promise<void> {
    const id = /Quote request ([\w-]+)\./.exec(text)?.[1] ?? 'none';
    for (let turn = 0; turn < 50 && !server.output().includes(id); turn++) await sleep(20);
    expect(server.output()).toContain(`request ${id}`);
    for (const secret of [...secrets, ADMIN.password]) expect(server.output()).not.toContain(secret);
    expect(server.output()).not.toMatch(/\b(SELECT|INSERT|UPDATE|DELETE)\b.*"/);
  }

  it('on an ordinary path', async () => {
    const { id, token } = await client.addAuthHeader(jwt);
    await database.query(`UPDATE auth_header SET scopes = '["broken' WHERE id = ?`, id);
    const answer = await client.get('/authheader/list', jwt);
    await database.query('DELETE FROM auth_header WHERE id = ?', id);
    expectProblem(answer, '/', 500, 'internal_error');
    await expectLogged(answer.text, [jwt, token, '["broken']);
  });

  it('on an accounts path', async () => {
    const id = await database.addUser('rolf');
    await database.query(`UPDATE "user" SET roles = '["broken' WHERE id = ?`, id);
    const login = { account: { email: 'rolf@example.com', password: ADMIN.password } };
    const answer = await client.post(ACCOUNTS_LOGIN, login);
    expectProblem(answer, ACCOUNTS_LOGIN, 500, 'internal_error');
    await expectLogged(answer.text, ['["broken']);
  });

  it('and the next request is answered as ever', async () => {
    expect((await client.get('/authheader/list', jwt)).status).toBe(200);
  });
});

describe('A server that cannot answer just now is 503 and says when to try again', () => {
  function expectUnavailable(answer: Omit<Answer, 'body'>, path: string): void {
    expectProblem(answer, path, 503, 'unavailable');
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  }

  it('while another process locks the database for longer than the busy timeout', async () => {
    await database.beginAlone();
    try {
      const [login, live] = await Promise.all([
        client.call('POST', ACCOUNTS_LOGIN, { body: LOGINS[ACCOUNTS_LOGIN] }),
        client.get('/health/live'),
      ]);
      expectUnavailable(login, ACCOUNTS_LOGIN);
      expect(live.status).toBe(200);
    } finally {
      await database.query('ROLLBACK');
    }
    await expect(client.logIn()).resolves.toMatch(/^eyJ/);
  }, 20_000);

  it('while the database cannot be read, and is alive all the same', async () => {
    const names = await database.tables();
    for (const name of names) await database.query(`ALTER TABLE "${name}" RENAME TO "away_${name}"`);
    try {
      expectUnavailable(await client.get('/health/ready'), '/health/ready');
      expect((await client.get('/health/live')).status).toBe(200);
    } finally {
      for (const name of names) await database.query(`ALTER TABLE "away_${name}" RENAME TO "${name}"`);
    }
    expect((await client.get('/health/ready')).status).toBe(200);
    await expect(client.logIn()).resolves.toMatch(/^eyJ/);
  });

  it('while it stops: what is under way is finished, what comes now is sent elsewhere', async () => {
    const stopping = await startServer();
    const lock = await TestDatabase.of(stopping);
    const [idle, halfSent] = await Promise.all([Connection.to(stopping), Connection.to(stopping)]);
    idle.write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    halfSent.write('GET /health/ready HTTP/1.1\r\nHost: a\r\n');
    await idle.receives(/"ok"\}/);
    await lock.beginAlone();
    const login = (await Client.of(stopping)).logIn();
    await sleep(500);

    const exited = once(stopping.process, 'exit');
    stopping.process.kill('SIGTERM');
    await refusesConnections(stopping);
    halfSent.write('\r\n');
    expectUnavailable(parseAnswer(await halfSent.ended()), '/health/ready');
    idle.write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    const answer = (await idle.ended()).split('"ok"}')[1] ?? '';
    if (answer !== '') expectUnavailable(parseAnswer(answer), '/health/live');

    await lock.query('ROLLBACK');
    await expect(login).resolves.toMatch(/^eyJ/);
    // At once, and not when the client at last lets go of its connection.
    const outcome = await Promise.race([exited.then(() => 'has ended'), sleep(3000, 'still runs', { ref: false })]);
    stopping.process.kill('SIGKILL');
    await lock.close();
    expect(outcome).toBe('has ended');
  }, 20_000);
});

describe('Every answer', () => {
  it('keeps to itself what the server is made of', async () => {
    for (const path of [...PAGES, '/health/live', '/user/me', '/nothing', '/%ff']) {
      const { headers } = await client.callRaw('GET', path);
      expect([path, headers.get('server'), headers.get('x-powered-by'), headers.get('via')]).toEqual([
        path,
        null,
        null,
        null,
      ]);
    }
  });

  it('to HEAD has the headers of the one to GET, and no body', async () => {
    const paths = client.contract.operations().flatMap((operation) => {
      return operation.method === 'GET' ? [samplePath(operation)] : [];
    });
    for (const path of [...PAGES, ...paths, '/nothing']) {
      const headers = { authorization: `Bearer ${jwt}` };
      const [get, head] = [await client.call('GET', path, { headers }), await client.call('HEAD', path, { headers })];
      const shown = ({ status, headers: given }: Answer) => [
        path,
        status,
        ...['content-type', 'cache-control', 'location'].map((name) => given.get(name)),
        // This one tells how many milliseconds old it is, and the next answer may have a digit more.
        path === '/auth/revocations' ? null : given.get('content-length'),
      ];
      expect(shown(head)).toEqual(shown(get));
      expect(head.text).toBe('');
    }
  });
});
