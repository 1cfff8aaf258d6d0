import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { parseAnswer, sendRaw } from '../support/client.js';
import { freePort } from '../support/free-port.js';
import { blocksIn, replaced, stopListening } from '../support/listening-program.js';
import { describeWithNginx, startNginx } from '../support/nginx.js';
import { BEHIND_PROXY, startServer } from '../support/server.js';
import { useServer } from '../support/use-server.js';

const [RECIPE = ''] = blocksIn('docs/proxies/nginx.md', 'nginx');
const [TWO_SERVERS = '', NEXT_SERVER = ''] = blocksIn('docs/operations.md', 'nginx');

/** What the service behind nginx was asked. */
interface Asked {
  method: string | undefined;
  headers: IncomingHttpHeaders;
  bodyLength: number;
}

function portOf({ url }: { readonly url: string }): string {
  return `127.0.0.1:${new URL(url).port}`;
}

// What every proxy does is in proxies.spec.
describeWithNginx('The nginx of the documents', () => {
  const { server, client, database } = useServer({ env: BEHIND_PROXY });
  let service: Server;
  let nginx: ChildProcess | undefined;
  let url: string;
  let jwt: string;
  const asked: Asked[] = [];

  /** Starts nginx in front of the service. */
  async function start(changes: readonly (readonly [from: string, to: string])[]): Promise<void> {
    await stopListening(nginx);
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
    await stopListening(nginx);
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
