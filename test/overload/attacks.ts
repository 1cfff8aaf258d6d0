import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ALPHABET, checksum, PREFIX, RANDOM_LENGTH } from '../../src/guard/auth-header-format.js';

/** What an attack is told. */
export interface Target {
  readonly url: string;
  /** How many connections it holds. */
  readonly connections: number;
  /** Of an administrator; some attacks come from users who are logged in. */
  readonly jwt: string;
  readonly signal: AbortSignal;
  /** Counts what was seen: statuses, connections that were closed. */
  readonly count: (what: string) => void;
}

export type Attack = (target: Target) => Promise<void>;

const TICK_MS = 1000;
const PAUSE_MS = 50;

type Headers = Readonly<Record<string, string>>;

export function head(method: string, path: string, headers: Headers = {}): string {
  const lines = Object.entries({ Host: 'a', ...headers }).map((pair) => pair.join(': '));
  return [`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

function post(path: string, body: string, headers: Headers = {}): string {
  const length = { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
  return head('POST', path, { ...length, ...headers }) + body;
}

/** A token that no server has made, and whose checksum is right: only the database knows that it is none. */
export function unknownToken(): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return `${PREFIX}${random}${checksum(PREFIX + random)}`;
}

/** From a network of its own, where the server is behind a proxy. */
const elsewhere = (): Headers => ({ 'X-Forwarded-For': randomBytes(4).join('.') });

async function open({ url, signal, count }: Target): Promise<Socket | undefined> {
  const { port, hostname } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, noDelay: true });
  const abort = (): void => void socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  socket.once('close', () => {
    signal.removeEventListener('abort', abort);
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (!signal.aborted) count(error.code ?? 'error');
  });
  try {
    await once(socket, 'connect', { signal });
    return socket.destroyed ? undefined : socket;
  } catch {
    socket.destroy();
    return undefined;
  }
}

/** Counts the statuses that arrive. */
function countStatuses(socket: Socket, count: Target['count']): void {
  socket.on('data', (chunk: Buffer) => {
    for (const [, status = ''] of chunk.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3})/g)) count(status);
  });
}

/** Keeps so many connections, each anew when it is closed. */
async function hold(target: Target, use: (socket: Socket, index: number) => unknown): Promise<void> {
  const isOver = (): boolean => target.signal.aborted;
  const one = async (index: number): Promise<void> => {
    await sleep(index / 5);
    while (!isOver()) {
      const socket = await open(target);
      if (socket !== undefined) {
        const closed = new Promise((resolve) => socket.once('close', resolve));
        countStatuses(socket, target.count);
        use(socket, index);
        await closed;
        if (!isOver()) target.count('closed');
      }
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: target.connections }, (_, index) => one(index)));
}

/** Writes a text, and then a byte of another one each second. */
function drip(socket: Socket, text: string, byte: string): void {
  socket.write(text);
  const timer = setInterval(() => socket.write(byte), TICK_MS);
  socket.once('close', () => {
    clearInterval(timer);
  });
}

/** Sends requests on kept connections, each after the answer to the one before. */
function repeat(target: Target, next: (index: number) => string): Promise<void> {
  return hold(target, (socket, index) => {
    socket.on('data', (chunk: Buffer) => {
      if (chunk.includes('HTTP/1.1 ')) socket.write(next(index));
    });
    socket.write(next(index));
  });
}

const login = (path: string) => (): string =>
  post(path, JSON.stringify({ username: `nobody${randomInt(1e9)}`, password: 'a quieter place' }), elsewhere());

/** The next of some texts at each call. */
function inTurn(...makers: readonly (() => string)[]): () => string {
  let turn = 0;
  return () => (makers[turn++ % makers.length] ?? String)();
}

const MEGABYTE = Buffer.alloc(1 << 20, 'x');

/** Writes 32 MB, as fast as they are taken. */
async function pour(socket: Socket, isChunked: boolean): Promise<void> {
  const odd = ';a="b;c";' + 'd'.repeat(200);
  for (let megabyte = 0; megabyte < 32 && socket.writable; megabyte++) {
    if (isChunked) socket.write(`100000${odd}\r\n`);
    const isTaken = socket.write(MEGABYTE);
    if (isChunked) socket.write('\r\n');
    if (!isTaken) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
  if (isChunked) socket.write('0\r\nX-Trailer: a\r\nX-Trailer: b\r\n\r\n');
}

const NO_HTTP = [
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + '\x00'.repeat(200),
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  head('CONNECT', 'example.com:443'),
  head('GET', '/', { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' }),
];

const LARGE_ANSWERS = [
  '/openapi.json',
  '/docs',
  '/swagger/swagger-ui-bundle.js',
  '/audit/list?limit=1000',
  '/user/list?limit=1000',
];

export const ATTACKS: Readonly<Record<string, Attack>> = {
  'idle connections': (target) => hold(target, () => undefined),
  'half-open headers': (target) =>
    hold(target, (socket) => {
      drip(socket, 'GET /health/live HTTP/1.1\r\nHost: a\r\nX-A: ', 'a');
    }),
  'slow bodies': (target) =>
    hold(target, (socket) => {
      drip(socket, head('POST', '/user/login', { 'Content-Type': 'application/json', 'Content-Length': '9000' }), ' ');
    }),
  'slow readers': (target) =>
    hold(target, (socket, index) => {
      const path = LARGE_ANSWERS[index % LARGE_ANSWERS.length] ?? '/';
      socket.pause();
      socket.write(head('GET', path, { Authorization: target.jwt }).repeat(40));
    }),
  pipelining: (target) =>
    hold(target, (socket, index) => {
      const requests = [
        head('GET', '/auth/verify', { Authorization: target.jwt }),
        head('GET', '/authheader/list', { Authorization: target.jwt }),
        head('GET', '/nothing'),
      ];
      socket.write((requests[index % requests.length] ?? '').repeat(10_000));
    }),
  'huge headers': (target) =>
    repeat(
      target,
      inTurn(
        () => head('GET', '/user/me', { Authorization: target.jwt, 'X-A': 'a'.repeat(15_000) }),
        () =>
          head('GET', '/user/me', Object.fromEntries(Array.from({ length: 1300 }, (_, index) => [`X${index}`, '']))),
        () => head('GET', '/user/me', { 'X-A': 'a'.repeat(40_000) }),
      ),
    ),
  'large bodies': (target) =>
    hold(target, (socket, index) => {
      const isChunked = index % 2 === 0;
      const framing: Headers = isChunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': String(32 << 20) };
      socket.write(head('POST', '/user/login', { 'Content-Type': 'application/json', ...framing }));
      void pour(socket, isChunked);
    }),
  'resets in the middle': (target) =>
    hold(target, (socket, index) => {
      const body = JSON.stringify({ name: 'reset' });
      const text = post('/authheader/add', body, { Authorization: target.jwt });
      socket.write(index % 2 === 0 ? text : text.slice(0, -5));
      setTimeout(() => socket.resetAndDestroy(), randomInt(30));
    }),
  'no HTTP': (target) =>
    hold(target, (socket, index) => {
      socket.write(NO_HTTP[index % NO_HTTP.length] ?? '', 'latin1');
    }),
  'aborted logins and changes': (target) =>
    hold(target, (socket, index) => {
      const change = post('/authheader/add', '{"name":"aborted"}', { Authorization: target.jwt });
      socket.write(index % 2 === 0 ? change : login('/user/login')());
      setTimeout(() => socket.destroy(), 20);
    }),
  'logins at all doors': (target) =>
    repeat(
      target,
      inTurn(
        login('/user/login'),
        () =>
          post(
            '/en/api/v1/accounts/login',
            JSON.stringify({ Email: `nobody${randomInt(1e9)}@example.com`, Password: 'a quiet place' }),
            elsewhere(),
          ),
        () => post('/oauth/token', '', { Authorization: `Bearer ${unknownToken()}`, ...elsewhere() }),
        () => post('/user/login/passkey/options', '{}', elsewhere()),
        () => post('/user/forgot', JSON.stringify({ email: `nobody${randomInt(1e9)}@example.com` }), elsewhere()),
        () => post('/user/login/second-factor', JSON.stringify({ token: unknownToken(), otp: '123456' }), elsewhere()),
      ),
    ),
  'unknown credentials': (target) =>
    repeat(target, () => head('GET', '/auth/verify', { Authorization: unknownToken() })),
  'changes of one user': (target) =>
    repeat(target, () => post('/authheader/add', '{"name":"flood"}', { Authorization: target.jwt })),
  'large lists': (target) =>
    repeat(
      target,
      inTurn(
        () => head('GET', '/audit/list?limit=1000', { Authorization: target.jwt }),
        () => head('GET', '/authheader/list?limit=1000', { Authorization: target.jwt }),
        () => head('GET', '/user/list?limit=1000&search=zz', { Authorization: target.jwt }),
      ),
    ),
  'readiness checks': (target) => repeat(target, () => head('GET', '/health/ready')),
};
