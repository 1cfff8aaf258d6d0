import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { refuseLeaks } from './leaks.js';
import { testRun } from './launch.js';
import { madeOnce } from './once-a-worker.js';
import { compileSchemas, Contract, documentOf } from './openapi.js';
import { send } from './send.js';
import { ADMIN, type RunningServer } from './server.js';

export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; the caller says what it is. */
  body: Body;
}

export interface Call {
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is text already or a form. */
  body?: unknown;
  contentType?: string;
}

export interface AuthHeaderAnswer {
  id: string;
  name: string;
  token: string;
  created: string;
  expires?: string;
  lastUsed?: string;
  scopes: string[];
  allowedIps?: string[];
  rateLimit?: { limit: number; windowSeconds: number };
  previousToken?: string;
  previousTokenExpires?: string;
}

/** A user, as administrators see one. */
export interface ManagedUser {
  Id: string;
  Created: string;
  Username: string;
  Email: string;
  Firstname: string;
  Lastname: string;
  Roles: string[];
  Enabled: boolean;
  PasswordExpiration?: string;
  InitialPassword?: string;
}

let ofBuild: Promise<Contract> | undefined;

/** Calls a server as a client would, and checks every answer against the OpenAPI document of the build. */
export class Client {
  /** @param findContract is asked with each answer: the server may not have been started yet. */
  constructor(
    readonly server: RunningServer,
    private readonly findContract: () => Contract,
    private readonly ownHeaders: Readonly<Record<string, string>> = {},
  ) {}

  /** A client of a server that answers already. */
  static async of(server: RunningServer): Promise<Client> {
    const contract = await Client.contract();
    return new Client(server, () => contract);
  }

  /**
   * The document of the run's shared server, for every server of the build: only PUBLIC_URL and SAMPLE_KITTENS, and the
   * host in the samples, make another one. Each server that builds it, and each check that is compiled, costs as much as
   * many tests.
   */
  static contract(): Promise<Contract> {
    return (ofBuild ??= contractOfRun(testRun().shared));
  }

  /** The server's own document. */
  static async contractOf(server: Pick<RunningServer, 'url'>): Promise<Contract> {
    return new Contract(await documentOf(server));
  }

  get contract(): Contract {
    return this.findContract();
  }

  /** The same client elsewhere, to a server that is {@link BEHIND_PROXY}. */
  from(address: string): Client {
    return new Client(this.server, this.findContract, { 'x-forwarded-for': address });
  }

  async call<Body = Record<string, unknown>>(method: string, path: string, call: Call = {}): Promise<Answer<Body>> {
    const { headers = {}, body } = call;
    const isForm = body instanceof URLSearchParams;
    const { contentType = isForm ? 'application/x-www-form-urlencoded' : 'application/json' } = call;
    const hasBody = body !== undefined;
    const answer = await send(this.server.url + path, {
      method,
      headers: { ...this.ownHeaders, ...(hasBody ? { 'content-type': contentType } : {}), ...headers },
      body: hasBody && typeof body !== 'string' ? (isForm ? body.toString() : JSON.stringify(body)) : body,
    });
    return this.checkAnswer<Body>(method, path, answer);
  }

  /** Like {@link call}, but to the letter: nothing normalises the path or adds a header. */
  async callRaw<Body = Record<string, unknown>>(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body = '',
  ): Promise<Answer<Body>> {
    const all = { Host: 'localhost', Connection: 'close', ...this.ownHeaders, ...headers };
    const lines = Object.entries(all).map((pair) => pair.join(': '));
    const request = `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
    return this.checkAnswer<Body>(method, path, parseAnswer(await sendRaw(this.server, request)));
  }

  private checkAnswer<Body>(
    method: string,
    path: string,
    { status, headers, text }: Omit<Answer, 'body'>,
  ): Answer<Body> {
    const type = headers.get('content-type') ?? '';
    const parsed: unknown = type.startsWith('application/json') && text !== '' ? JSON.parse(text) : undefined;
    if (!headers.get('x-request-id')) throw new Error(`${method} ${path} ${status} has no id`);
    if (status >= 400) refuseLeaks(text, this.server);
    if (method !== 'HEAD')
      this.contract.check(method, path.split('?')[0] ?? path, { status, headers, type, body: parsed });
    return { status, headers, text, body: parsed as Body };
  }

  get<Body = Record<string, unknown>>(path: string, token?: string): Promise<Answer<Body>> {
    return this.call('GET', path, { headers: bearer(token) });
  }

  post<Body = Record<string, unknown>>(path: string, body: unknown, token?: string): Promise<Answer<Body>> {
    return this.call('POST', path, { body, headers: bearer(token) });
  }

  delete<Body = Record<string, unknown>>(path: string, token?: string): Promise<Answer<Body>> {
    return this.call('DELETE', path, { headers: bearer(token) });
  }

  /** Logs in at the door by username; answers the JWT. */
  async logIn(username = ADMIN.username, password = ADMIN.password): Promise<string> {
    const { status, body, text } = await this.post<{ Token: string }>('/user/login', { username, password });
    if (status !== 200) throw new Error(`Login answered ${status}: ${text}`);
    return body.Token;
  }

  /** Makes an auth header. */
  async addAuthHeader(jwt: string, body: object = { name: 'production-api-key' }): Promise<AuthHeaderAnswer> {
    const answer = await this.post<AuthHeaderAnswer>('/authheader/add', body, jwt);
    if (answer.status !== 200) throw new Error(`Adding answered ${answer.status}: ${answer.text}`);
    return answer.body;
  }
}

/** A contract whose checks are compiled once for all test files of a worker. */
async function contractOfRun(server: Pick<RunningServer, 'url'>): Promise<Contract> {
  const { document, schemas } = await madeOnce(`contract of ${server.url}`, async () => {
    const document = await documentOf(server);
    return { document, schemas: compileSchemas(document) };
  });
  return new Contract(document, schemas);
}

/** What a JWT says, unchecked. */
export function claimsOf(
  jwt: string,
): Record<'sub' | 'sid' | 'jti', string> & Record<'iat' | 'exp' | 'auth_time', number> {
  const [, payload = ''] = jwt.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as ReturnType<typeof claimsOf>;
}

// Each test file counts for itself, and those that share a server must not meet.
let addresses = randomInt(1 << 24);

/** An address that nobody has come from before. */
export function newAddress(): string {
  const count = ++addresses;
  return `10.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`;
}

/** Writes a request to the socket to the letter, for what no well-behaved client sends; answers all that comes back. */
export async function sendRaw(server: Pick<RunningServer, 'url'>, request: string): Promise<string> {
  const { port, hostname } = new URL(server.url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.setTimeout(10_000, () => socket.destroy(new Error('No answer')));
    socket.on('data', (chunk) => {
      received += chunk.toString();
      if (/\r\n\r\n[^]*\}$/.test(received)) socket.end();
    });
    socket.on('close', () => {
      resolve(received);
    });
    socket.on('error', reject);
  });
}

/** What {@link sendRaw} received, taken apart. */
export function parseAnswer(received: string): Omit<Answer, 'body'> {
  const end = received.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = received.slice(0, end).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { status: Number(statusLine.split(' ')[1]), headers: new Headers(headers), text: received.slice(end + 4) };
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
