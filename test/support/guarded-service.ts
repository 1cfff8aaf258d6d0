import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

const WEBSOCKET_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
/** RFC 6455, section 1.3. */
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** The lines of a request for a WebSocket. */
export const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${WEBSOCKET_KEY}`,
];

/** What the service behind a proxy was asked. */
export interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  bodyLength: number;
}

/** The identity headers, and the forms that some services read as them. */
export const FORGED: Record<string, string> = Object.fromEntries(
  [
    'User-Id',
    'User-Name',
    'User-Roles',
    'Credential-Kind',
    'Credential-Id',
    'Credential-Scopes',
    'Auth-Methods',
    'Auth-Time',
  ].flatMap((name) =>
    [
      `X-${name}`,
      `X_${name}`,
      `x_${name.replace('-', '_')}`,
      `X.${name.replace('-', '.')}`,
      `X-${name.replace('-', '_')}`,
    ].map((written) => [written, 'forged']),
  ),
);

/** A service behind a proxy. It serves everything, and notes what it was asked. */
export class GuardedService {
  readonly asked: Asked[] = [];
  private readonly tunnels = new Set<Socket>();
  private readonly server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    const one = this.note(request);
    request.on('data', (chunk: Buffer) => (one.bodyLength += chunk.length));
    request.on('end', () => response.end('served'));
  });

  static async start(): Promise<GuardedService> {
    const service = new GuardedService();
    service.server.on('upgrade', (request, socket: Socket) => {
      service.open(request, socket);
    });
    await once(service.server.listen(0, '127.0.0.1'), 'listening');
    return service;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  closeTunnels(): void {
    for (const socket of this.tunnels) socket.destroy();
  }

  stop(): void {
    this.closeTunnels();
    this.server.closeAllConnections();
    this.server.close();
  }

  private open(request: IncomingMessage, socket: Socket): void {
    this.note(request);
    this.tunnels.add(socket);
    const accept = createHash('sha1').update(`${WEBSOCKET_KEY}${WEBSOCKET_GUID}`).digest('base64');
    const answer = ['101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket'];
    socket.write(`HTTP/1.1 ${answer.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket.on('error', () => undefined).pipe(socket);
  }

  private note({ method, url, headers }: IncomingMessage): Asked {
    const one = { method, url, headers, bodyLength: 0 };
    this.asked.push(one);
    return one;
  }
}
