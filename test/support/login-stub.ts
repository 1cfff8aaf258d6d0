import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = (request: IncomingMessage, response: ServerResponse, form: URLSearchParams) => void;
type Call = 'introspect' | 'revocations' | 'jwks.json';

export const NEWS = { after: 'x.1', knownUntilMs: 0, everything: false, signingKeys: false };
/** What is told to a follower while nothing is revoked. */
export const NO_NEWS = { ...NEWS, users: [], sessions: [], authHeaders: [] };
/** What is said of every token. */
export const ACTIVE = {
  active: true,
  sub: 'user',
  username: 'name',
  roles: ['reader'],
  scope: 'orders:read',
  exp: 4_000_000_000,
  credential_kind: 'auth-header',
  credential_id: 'id',
};

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (_, response) => response.writeHead(status, headers).end(JSON.stringify(body));
}

/** What a guard asks. It answers what a test says, which no real server would. */
export class LoginStub {
  answers: Record<Call, Answer>;
  /** The paths that were asked for. */
  readonly asked: string[] = [];
  private readonly server: Server;

  private constructor() {
    this.answers = LoginStub.usual();
    this.server = createServer((request, response) => {
      const [path = ''] = (request.url ?? '').split('?');
      this.asked.push(path);
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        this.answers[path.slice(path.lastIndexOf('/') + 1) as Call](request, response, new URLSearchParams(body));
      });
    });
  }

  static async start(): Promise<LoginStub> {
    const stub = new LoginStub();
    await once(stub.server.listen(0, '127.0.0.1'), 'listening');
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.asked.length = 0;
    this.answers = LoginStub.usual();
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private static usual(): Record<Call, Answer> {
    return {
      introspect: json(ACTIVE),
      revocations: (...call) => void setTimeout(json(NO_NEWS), 50, ...call),
      'jwks.json': json({ keys: [] }),
    };
  }
}
