import { credentials, type Client as GrpcClient, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.js';
import { installGuard, ROOT } from '../support/guard-package.js';
import { useSharedServer } from '../support/use-server.js';
import { describeWithProgram } from '../support/with-program.js';

const PACKAGES = ['@nestjs', '@grpc', 'express', 'fastify', 'reflect-metadata', 'rxjs'];
const JITI = join(ROOT, 'node_modules/jiti/lib/jiti-cli.mjs');

/** What a caller gets: the text of a response, or the status of a refusal. */
type Ask = (port: number, credential?: string) => Promise<unknown>;

const { server, client } = useSharedServer();
let folder: string;
let own: string;
let good: string;
let narrow: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = installGuard(PACKAGES);
  cpSync(join(ROOT, 'examples'), folder, { recursive: true });
  const jwt = await client.logIn();
  ({ token: own } = await client.addAuthHeader(jwt));
  ({ token: good } = await client.addAuthHeader(jwt, { name: 'reads', scopes: ['orders:read'] }));
  ({ token: narrow } = await client.addAuthHeader(jwt, { name: 'writes', scopes: ['orders:write'] }));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** What runs an example: its program, and the arguments of that. */
function commandFor(example: string, port: number): [string, string[]] {
  if (example.endsWith('.ts')) return [process.execPath, [JITI, example]];
  if (example.endsWith('.py')) {
    return ['/usr/bin/python3', ['-m', 'uvicorn', `${example.slice(0, -3)}:app`, '--port', String(port)]];
  }
  if (example.endsWith('.go')) {
    const binary = join(folder, 'orders');
    const env = { PATH: process.env.PATH, HOME: folder, GO111MODULE: 'off' };
    execFileSync('go', ['build', '-o', binary, example], { cwd: folder, env });
    return [binary, []];
  }
  return [process.execPath, [example]];
}

async function start(example: string, port: number): Promise<void> {
  const [command, args] = commandFor(example, port);
  const env = { PATH: process.env.PATH, PERSONAS_URL: server.url, PERSONAS_AUTH_HEADER: own, PORT: String(port) };
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`${example} did not start:\n${complaints}`);
    await sleep(20);
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isOpen;
}

async function getOrders(port: number, credential?: string): Promise<Response> {
  const headers: Record<string, string> = credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  const response = await fetch(`http://127.0.0.1:${port}/orders`, { headers });
  if (response.status !== 200) expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  return response;
}

const askHttp: Ask = async (port, credential) => {
  const response = await getOrders(port, credential);
  if (response.status === 200) return response.text();
  expect(await response.json()).toMatchObject({ statusCode: response.status });
  return response.status;
};

/** A service in another language, whose refusals have a form of their own. */
const askOther: Ask = async (port, credential) => {
  const response = await getOrders(port, credential);
  return response.status === 200 ? (await response.text()).replaceAll('"', '') : response.status;
};

/** Nest's framing of messages over TCP: their length, a `#`, and JSON. */
const askTcp: Ask = async (port, credential) => {
  const socket = connect(port, '127.0.0.1');
  const metadata = credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  const message = JSON.stringify({ pattern: 'orders', data: { metadata }, id: '1' });
  socket.write(`${message.length}#${message}`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  const answer = JSON.parse(chunk.toString().replace(/^\d+#/, '')) as { err?: { code: string }; response?: string };
  return answer.response ?? answer.err?.code;
};

const askGrpc: Ask = async (port, credential) => {
  const definition = loadPackageDefinition(loadSync(join(ROOT, 'examples/orders.proto'))) as unknown as {
    orders: {
      Orders: new (url: string, options: unknown) => GrpcClient & Record<'List', (...args: unknown[]) => void>;
    };
  };
  const orders = new definition.orders.Orders(`127.0.0.1:${port}`, credentials.createInsecure());
  const metadata = new Metadata();
  if (credential !== undefined) metadata.set('authorization', `Bearer ${credential}`);
  const answer = await new Promise((resolve) => {
    orders.List({}, metadata, (error: { code: number } | null, response?: { text: string }) => {
      resolve(error?.code ?? response?.text);
    });
  });
  orders.close();
  return answer;
};

async function expectGuarded(example: string, ask: Ask, [absent, invalid, forbidden]: unknown[]): Promise<void> {
  const port = await freePort();
  await start(example, port);
  expect(await ask(port, good)).toBe('Orders of admin');
  expect(await ask(port)).toBe(absent);
  expect(await ask(port, 'nonsense')).toBe(invalid);
  expect(await ask(port, narrow)).toBe(forbidden);
}

it.each<[string, Ask, unknown[]]>([
  ['node-http.mjs', askHttp, [401, 401, 403]],
  ['express.mjs', askHttp, [401, 401, 403]],
  ['fastify.mjs', askHttp, [401, 401, 403]],
  ['nest-http.ts', askHttp, [401, 401, 403]],
  ['nest-tcp.ts', askTcp, ['credential_required', 'invalid_token', 'insufficient_scope']],
  ['nest-grpc.ts', askGrpc, [16, 16, 7]],
])('The example %s lets pass who may, and refuses others', expectGuarded);

const requiredBy = 'CI_REQUIRES_LANGUAGES';
const FASTAPI = {
  name: 'FastAPI',
  command: '/usr/bin/python3',
  versionOption: '-cimport fastapi, httpx, uvicorn',
  requiredBy,
};
const GO = { name: 'Go', command: 'go', versionOption: 'version', requiredBy };

describeWithProgram(FASTAPI, 'The example of FastAPI', () => {
  it('lets pass who may, and refuses others', () => expectGuarded('fastapi_app.py', askOther, [401, 401, 403]));
});

describeWithProgram(GO, 'The example of Go', () => {
  it('lets pass who may, and refuses others', () => expectGuarded('main.go', askOther, [401, 401, 403]));
});

it('The program in the document is the example', () => {
  const [document, example] = ['docs/guard.md', 'examples/node-http.mjs'].map((file) =>
    readFileSync(join(ROOT, file), 'utf8'),
  );
  expect(document).toContain(`\`\`\`js\n${example}\`\`\``);
});
