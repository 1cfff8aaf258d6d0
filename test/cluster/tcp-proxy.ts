import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

const DELAY_MS = 900;

/** What can be wrong between a server and its database. */
export type Fault = 'none' | 'half-open' | 'refused' | 'slow';

/** Passes connections on, or does to them what networks do. */
export class TcpProxy {
  private fault: Fault = 'none';
  private server: Server | undefined;
  private readonly pairs = new Set<Pair>();

  private constructor(
    private target: URL,
    readonly port: number,
  ) {}

  /** @param databaseUrl of what it passes connections on to */
  static async to(databaseUrl: string, port: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(databaseUrl), port);
    await proxy.listen();
    return proxy;
  }

  /** The URL of the same database through this proxy. */
  get databaseUrl(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** Leaves open connections as they are, unless they are to be refused. */
  async set(fault: Fault): Promise<void> {
    const before = this.fault;
    this.fault = fault;
    if (fault === 'refused') await this.close();
    else if (before === 'refused') await this.listen();
  }

  /** Passes connections on to another server from now on, and ends those to the one before. */
  async leadTo(databaseUrl: string): Promise<void> {
    await this.close();
    this.target = new URL(databaseUrl);
    await this.listen();
  }

  async close(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const pair of this.pairs) pair.destroy();
    await closed;
  }

  private async listen(): Promise<void> {
    this.server = createServer((client) => {
      const pair = new Pair(client, connect(Number(this.target.port), this.target.hostname), () => this.fault);
      this.pairs.add(pair);
      client.once('close', () => this.pairs.delete(pair));
    }).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }
}

/** A connection that is passed on. Once something of it was lost, it says nothing any more, whatever becomes of the network. */
class Pair {
  private isDead = false;

  constructor(
    private readonly client: Socket,
    private readonly database: Socket,
    private readonly faultNow: () => Fault,
  ) {
    for (const socket of [client, database]) socket.on('error', () => undefined);
    client.on('data', (chunk) => {
      this.pass(chunk, database, 0);
    });
    database.on('data', (chunk) => {
      this.pass(chunk, client, DELAY_MS);
    });
    client.on('close', () => {
      this.database.destroy();
    });
    database.on('close', () => {
      if (!this.isDead) this.client.destroy();
    });
  }

  destroy(): void {
    this.client.destroy();
    this.database.destroy();
  }

  private pass(chunk: Buffer, to: Socket, delayMs: number): void {
    const fault = this.faultNow();
    if (fault === 'half-open') this.isDead = true;
    if (this.isDead) return;
    if (fault === 'slow' && delayMs > 0) setTimeout(() => to.write(chunk), delayMs);
    else to.write(chunk);
  }
}
