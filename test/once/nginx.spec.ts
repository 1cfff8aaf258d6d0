import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { parseAnswer, sendRaw } from '../support/client.js';
import { freePort } from '../support/free-port.js';
import { describeWithNginx, nginxBlocksIn, startNginx, stopNginx } from '../support/nginx.js';
import { BEHIND_PROXY, startServer } from '../support/server.js';
import { useServer } from '../support/use-server.js';

const [RECIPE = ''] = nginxBlocksIn('docs/checking-credentials.md');
const [TWO_SERVERS = '', NEXT_SERVER = ''] = nginxBlocksIn('docs/operations.md');
const FORGED: Record<string, string> = {
  'X-User-Id': 'forged',
  X_User_Id: 'forged',
  'X.User.Id': 'forged',
  'X-Credential-Scopes': 'forged',
};

/** What the service behind nginx was asked. */
interface Asked {
  method: string | undefined;
  headers: IncomingHttpHeaders;
  bodyLength: number;
}

/** The recipe with other ports; a text that it does not contain is a fault of the test. */
function replaced(text: string, changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((changed, [from, to]) => {
    expect(changed).toContain(from);
    // A free port may begin with the digits of one that is yet to be replaced.
    return changed.split(new RegExp(`${from.replace(/[{}.$]/g, '\\$&')}(?!\\d)`)).join(to);
  }, text);
}

function portOf({ url }: { readonly url: string }): string {
  return `127.0.0.1:${new URL(url).port}`;
}

describeWithNginx('The nginx of the documents', () => {
  const { server, client, database } = useServer({ env: BEHIND_PROXY });
  let service: Server;
  let nginx: ChildProcess | undefined;
  let url: string;
  let jwt: string;
  const asked: Asked[] = [];

  /** Starts nginx in front of the service. */
  async function start(changes: readonly (readonly [from: string, to: string])[]): Promise<void> {
    await stopNginx(nginx);
    const port = await freePort();
    const { port: servicePort } = service.address() as { port: number };
    const ports = [
      ['listen 8080;', `listen 127.0.0.1:${port};`],
      ['127.0.0.1:4000', `127.0.0.1:${servicePort}`],
      // Where people put the limit of an upload.
      ['location / {', 'location / {\n        client_max_body_size 50m;'],
    ] as const;
    nginx = await startNginx(replaced(RECIPE, [...changes, ...ports]), port);
    url = `http://127.0.0.1:${port}`;
  }

  beforeAll(async () => {
    jwt = await client.logIn();
    service = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
      let bodyLength = 0;
      request.on('data', (chunk: Buffer) => (bodyLength += chunk.length));
      request.on('end', () => {
        asked.push({ method: request.method, headers: request.headers, bodyLength });
        response.statusCode = request.method === 'PATCH' ? 500 : 200;
        response.end('served');
      });
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    await start([['127.0.0.1:3000', portOf(server)]]);
  });

  afterAll(async () => {
    await stopNginx(nginx);
    service.closeAllConnections();
    service.close();
  });

  beforeEach(() => {
    asked.length = 0;
  });

  const call = (method: string, headers: Record<string, string>, body?: Buffer) =>
    fetch(`${url}/orders/42?page=1`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
  const identityOf = ({ headers }: Asked) =>
    Object.entries(headers).filter(([name]) => /^x.(user|credential)/.test(name));

  it('passes on who a credential speaks for, and neither the credential nor what the client claims', async () => {
    const { token, id } = await client.addAuthHeader(jwt, { name: 'orders', scopes: ['orders:read'] });
    const presented: Record<string, string>[] = [
      { Authorization: jwt },
      { 'X-API-Key': token },
      { 'X-Authorization': token },
    ];
    for (const credential of presented) {
      expect((await call('GET', { ...credential, ...FORGED })).status).toBe(200);
    }
    expect(asked.map(({ headers }) => headers['x-credential-id']).slice(1)).toEqual([id, id]);
    expect(asked.map(({ headers }) => headers['x-credential-kind'])).toEqual(['jwt', 'auth-header', 'auth-header']);
    expect(asked.map(({ headers }) => headers['x-credential-scopes'])).toEqual([
      undefined,
      'orders:read',
      'orders:read',
    ]);
    expect(JSON.stringify(asked)).not.toMatch(/forged/);
    for (const { headers } of asked) {
      expect(headers).toMatchObject({ 'x-user-name': 'admin', 'x-user-roles': 'admin' });
      expect(headers).not.toHaveProperty('authorization');
      expect(headers).not.toHaveProperty('x-authorization');
      expect(headers).not.toHaveProperty('x-api-key');
    }
  });

  it('refuses what the server refuses, and says how to authenticate', async () => {
    const { token } = await client.addAuthHeader(jwt, { name: 'office', allowedIps: ['203.0.113.0/24'] });
    const forgedAddress = { 'X-API-Key': token, 'X-Forwarded-For': '203.0.113.7' };
    for (const [headers, status] of [
      [{}, 401],
      [{ Authorization: 'nonsense' }, 401],
      [{ Authorization: jwt, 'X-API-Key': token }, 401],
      [forgedAddress, 403],
    ] as const) {
      const response = await call('POST', headers, Buffer.from('{'));
      expect([headers, response.status]).toEqual([headers, status]);
      expect(response.headers.has('www-authenticate')).toBe(status === 401);
    }
    expect(asked).toEqual([]);
  });

  it('passes on that a rate limit is reached, and when to come again', async () => {
    const rateLimit = { limit: 1, windowSeconds: 2_592_000 };
    const { token } = await client.addAuthHeader(jwt, { name: 'limited', rateLimit });
    expect((await call('GET', { 'X-API-Key': token })).status).toBe(200);
    const { status, headers } = await call('GET', { 'X-API-Key': token });
    expect([status, headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^[1-9]\d*$/)]);
    expect(asked).toHaveLength(1);
  });

  it('passes on that the server cannot decide, and no error of the service changes', async () => {
    const { token } = await client.addAuthHeader(jwt, {
      name: 'limited',
      rateLimit: { limit: 9, windowSeconds: 2_592_000 },
    });
    await database.query('BEGIN IMMEDIATE');
    const { status, headers } = await call('GET', { 'X-API-Key': token });
    await database.query('ROLLBACK');
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect((await call('PATCH', { Authorization: jwt })).status).toBe(500);
    expect(asked.map(({ method }) => method)).toEqual(['PATCH']);
  });

  it('lets a preflight through to the service, without an identity', async () => {
    const preflight = { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'DELETE' };
    for (const credential of [{}, { Authorization: jwt }] as Record<string, string>[]) {
      expect((await call('OPTIONS', { ...preflight, ...credential, ...FORGED })).status).toBe(200);
    }
    expect(asked.map(({ method }) => method)).toEqual(['OPTIONS', 'OPTIONS']);
    expect(asked.flatMap(identityOf)).toEqual([]);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  it.each(['PUT', 'POST', 'DELETE'])(
    'lets a %s of three megabytes through, and refuses it with 401',
    async (method) => {
      const body = Buffer.alloc(3 << 20, 'a');
      expect((await call(method, { Authorization: jwt }, body)).status).toBe(200);
      expect(asked.map(({ bodyLength }) => bodyLength)).toEqual([body.length]);
      expect((await call(method, {}, body)).status).toBe(401);
    },
  );

  it('lets large cookies and an unusual framing through', async () => {
    const cookie = `a=${'a'.repeat(7000)}`;
    const lines = ['Host: a', `Authorization: ${jwt}`, ...Array.from({ length: 3 }, () => `Cookie: ${cookie}`)];
    const body = [
      'Content-Type: nonsense',
      'Transfer-Encoding: chunked',
      'Connection: close',
      '',
      '3',
      'abc',
      '0',
      '',
      '',
    ];
    const received = await sendRaw({ url }, ['POST / HTTP/1.1', ...lines, ...body].join('\r\n'));
    expect([parseAnswer(received).status, asked[0]?.bodyLength]).toEqual([200, 3]);
  });

  it('fails no check while two servers restart one after the other', async () => {
    const ports = [await freePort(), await freePort()];
    const launch = (port: number) =>
      startServer({ env: { ...BEHIND_PROXY, PORT: String(port) }, folder: server.folder });
    const running = await Promise.all(ports.map(launch));
    const upstream = /upstream personas \{[^}]*\}\n/.exec(RECIPE)?.[0] ?? '';
    await start([
      [
        upstream,
        replaced(
          TWO_SERVERS,
          ports.map((port, index) => [`127.0.0.1:300${index}`, `127.0.0.1:${port}`]),
        ),
      ],
      ['internal;', `internal;\n        ${NEXT_SERVER}`],
    ]);
    let isOver = false;
    const statuses = new Map<number, number>();
    const asking = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const { status } = await call('GET', { Authorization: jwt });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    for (const [index, port] of ports.entries()) {
      await running[index]?.stop();
      running[index] = await launch(port);
    }
    isOver = true;
    await Promise.all(asking);
    expect([...statuses.keys()]).toEqual([200]);
    for (const one of running) await one.stop();
  });
});
