import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer } from './server.js';

/** A connection that is kept open between requests. */
export class Connection {
  private received = '';
  private readonly closed: Promise<unknown>;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => (this.received += chunk.toString()));
    // Written to after the server has closed it, it is reset: closed, too.
    socket.on('error', () => undefined);
    this.closed = once(socket, 'close');
  }

  static async to({ url }: Pick<RunningServer, 'url'>): Promise<Connection> {
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Connection(socket);
  }

  write(text: string): void {
    this.socket.write(text);
  }

  async receives(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.received)) await once(this.socket, 'data');
  }

  async ended(): Promise<string> {
    await this.closed;
    return this.received;
  }
}

/** Waits until a stopping server takes no new connection. */
export async function refusesConnections(stopping: RunningServer): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    try {
      await (await fetch(`${stopping.url}/health/live`, { headers: { connection: 'close' } })).text();
    } catch {
      return;
    }
    await sleep(20);
  }
  throw new Error('It still answers');
}
