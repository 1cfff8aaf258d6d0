import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { changedProgram } from '../support/changed-program.js';
import { Client } from '../support/client.js';
import { Connection } from '../support/connection.js';
import { ADMIN, leftFolder, startServer, type TestServer } from '../support/server.js';

/** Bounds the wait for a guarded call. The fastest of these floods would hold it up for longer. */
const ANSWER_LIMIT_MS = 3000;
const RSS_GROWTH_LIMIT_KB = 200 * 1024;
/** How often a slow reader takes what its own system has buffered. */
const SLOW_READ_MS = 200;
/** A fifth of the limit on an answer that is not read. */
const IMPATIENT = [/UNREAD_TIMEOUT_MS = 15001/, 'UNREAD_TIMEOUT_MS = 3001'] as const;
/** Twice that limit, and a margin. */
const UNREAD_LIMIT_MS = 9000;

let server: TestServer;
let client: Client;
let jwt: string;

beforeAll(async () => {
  server = await startServer({ folder: (await leftFolder()).folder, main: changedProgram([IMPATIENT]) });
  client = await Client.of(server);
  jwt = await client.logIn();
  // What is built at the first request, or remembered from it, is there.
  for (const path of ['/docs', '/openapi.json', '/swagger', '/auth/verify']) {
    expect((await client.get(path, jwt)).status).toBe(200);
  }
});

const sockets = new Set<Socket>();

// A flood that goes on would hold up the next test as well.
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});

afterAll(() => server.stop('SIGKILL'));

/** A connection of one's own, with a text sent down it at once. */
async function send(text: string): Promise<Socket> {
  const { port, hostname } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  sockets.add(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  await new Promise((resolve) => socket.write(text, resolve));
  return socket;
}

async function guardedCall(): Promise<number> {
  const headers = { authorization: `Bearer ${jwt}` };
  const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
  return (await fetch(`${server.url}/auth/verify`, { headers, signal })).status;
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ Host: 'a', ...headers }).map((pair) => pair.join(': '));
  return [`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

function post(path: string, body: object, headers: Readonly<Record<string, string>> = {}): string {
  const text = JSON.stringify(body);
  const ownHeaders = {
    Host: 'a',
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(text)),
  };
  const lines = Object.entries({ ...ownHeaders, ...headers }).map((pair) => pair.join(': '));
  return [`POST ${path} HTTP/1.1`, ...lines, '', text].join('\r\n');
}

function residentKilobytes(): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.process.pid)]).toString());
}

const statusesIn = (received: string): string[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status);

describe('A guarded call is answered', () => {
  it('while one write asks for the reference under 300 names', async () => {
    const names = Array.from({ length: 300 }, (_, index) => get('/docs', { Host: `a${index}.example` }));
    const flood = await send(names.join(''));
    flood.resume();
    expect(await guardedCall()).toBe(200);
  });

  it.each(['/docs', '/docs/icon.svg', '/swagger'])(
    'while four connections send If-None-Match full of blanks: %s',
    async (path) => {
      const request = get(path, { 'If-None-Match': `a${' '.repeat(15_000)}b` });
      const floods = await Promise.all([1, 2, 3, 4].map(() => send(request.repeat(12))));
      for (const flood of floods) flood.resume();
      expect(await guardedCall()).toBe(200);
    },
  );

  it('while twenty connections send a content type full of blanks', async () => {
    const headers = { 'Content-Type': `application/json;charset=utf-8${' '.repeat(15_000)}x` };
    const floods = await Promise.all(Array.from({ length: 20 }, () => send(post('/user/login', {}, headers))));
    for (const flood of floods) flood.resume();
    expect(await guardedCall()).toBe(200);
  });

  it('while clients log in with names that take long to fold', async () => {
    const body = { username: '\ufdfa'.repeat(2600), password: 'x' };
    const floods = await Promise.all(Array.from({ length: 4 }, () => send(post('/user/login', body).repeat(40))));
    for (const flood of floods) flood.resume();
    expect(await guardedCall()).toBe(200);
  });

  it('while clients ask 1,600 times at once and never read, who fill no memory and are hung up on', async () => {
    const before = residentKilobytes();
    const asked = 1600;
    const unread = await Promise.all([1, 2, 3].map(() => send(get('/openapi.json').repeat(asked))));
    // A slow reader that goes on reading is no such client.
    const slow = await send(get('/swagger/swagger-ui-bundle.js').repeat(asked));
    const reading = setInterval(() => void slow.read(), SLOW_READ_MS);
    const begun = Date.now();
    expect(await guardedCall()).toBe(200);
    expect(residentKilobytes() - before).toBeLessThan(RSS_GROWTH_LIMIT_KB);

    await sleep(begun + UNREAD_LIMIT_MS - Date.now());
    clearInterval(reading);
    expect(slow.readyState).toBe('open');
    for (const socket of unread) {
      let received = 0;
      socket.on('data', (chunk) => (received += chunk.toString('latin1').split('HTTP/1.1 200').length - 1));
      await once(socket, 'close');
      expect(received).toBeLessThan(asked);
    }
    expect(residentKilobytes() - before).toBeLessThan(RSS_GROWTH_LIMIT_KB);
  });
});

describe('Requests that are sent at once on one connection', () => {
  it('are judged in their order: what follows a deletion finds it done', async () => {
    const { token } = await client.addAuthHeader(jwt);
    for (let time = 1; time <= 2; time++) expect((await client.get('/auth/verify', token)).status).toBe(200);
    const check = get('/auth/verify', { Authorization: token });
    const remove = post('/authheader/delete', { text: token }, { Authorization: jwt });
    const connection = await Connection.to(server);
    connection.write(check + remove + check + check + get('/health/live', { Connection: 'close' }));
    expect(statusesIn(await connection.ended())).toEqual(['200', '200', '401', '401', '200']);
  });

  it('are all answered, however many they are', async () => {
    const connection = await Connection.to(server);
    connection.write(get('/auth/verify', { Authorization: jwt }).repeat(3000));
    connection.write(get('/health/live', { Connection: 'close' }));
    expect(statusesIn(await connection.ended())).toEqual(Array.from({ length: 3001 }, () => '200'));
  });

  it('keep their bodies while they wait', async () => {
    const name = (index: number): string => `waits-${index}-${'x'.repeat(60)}`;
    const add = (index: number): string => post('/authheader/add', { name: name(index) }, { Authorization: jwt });
    const connection = await Connection.to(server);
    connection.write(Array.from({ length: 400 }, (_, index) => add(index)).join(''));
    connection.write(get('/health/live', { Connection: 'close' }));
    const received = await connection.ended();
    const names = [...received.matchAll(/"name":"([^"]*)"/g)].map(([, found]) => found);
    expect(names).toEqual(Array.from({ length: 400 }, (_, index) => name(index)));
  });

  it('are dropped where they wait when their client hangs up', async () => {
    const { username, password } = ADMIN;
    const logins = post('/user/login', { username, password }).repeat(8);
    const socket = await send(
      logins + post('/authheader/add', { name: 'nobody waits for it' }, { Authorization: jwt }),
    );
    // The first is answered, and the others wait.
    await once(socket, 'data');
    socket.destroy();
    // As many logins as it sent take longer than those that were under way.
    for (let time = 1; time <= 8; time++) await client.logIn();
    const { body } = await client.get<{ name: string }[]>('/authheader/list', jwt);
    expect(body.map(({ name }) => name)).not.toContain('nobody waits for it');
  });
});

describe('Requests of clients that have hung up before they were accepted', () => {
  it('never begin, but for a few, and a new connection is served behind them', async () => {
    const count = 200;
    // The system accepts what the server does not.
    server.process.kill('SIGSTOP');
    const add = post('/authheader/add', { name: 'of nobody' }, { Authorization: jwt });
    const gone = await Promise.all(Array.from({ length: count }, () => send(add)));
    for (const socket of gone) socket.destroy();
    const behind = await Connection.to(server);
    behind.write(get('/auth/verify', { Authorization: jwt, Connection: 'close' }));
    server.process.kill('SIGCONT');
    expect(statusesIn(await behind.ended())).toEqual(['200']);
    // Behind those that have begun.
    await client.addAuthHeader(jwt);
    const { body } = await client.get<{ name: string }[]>('/authheader/list?limit=1000', jwt);
    expect(body.filter(({ name }) => name === 'of nobody').length).toBeLessThan(count / 4);
  });
});
