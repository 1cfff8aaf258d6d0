import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to a request: it passes, its response is late by some milliseconds, is never sent, or the connection is cut. */
export type Treatment = 'pass' | 'hold' | 'cut' | number;

/** Stands in front of a server, counts what it is asked, and does to requests what networks and proxies do. */
export class HttpProxy {
  /** Decides by the path, without its query. */
  treat: (path: string) => Treatment = () => 'pass';
  readonly asked: string[] = [];

  private constructor(
    private readonly target: string,
    private readonly server: Server,
  ) {}

  static async to({ url }: { readonly url: string }): Promise<HttpProxy> {
    const server = createServer((request, response) => void proxy.serve(request, response));
    const proxy = new HttpProxy(url, server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  /** How often a path was asked for. */
  count(path: string): number {
    return this.asked.filter((asked) => asked === path).length;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?');
    this.asked.push(path);
    const treatment = this.treat(path);
    if (treatment === 'hold') return;
    if (treatment === 'cut') {
      request.socket.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = without(['host', 'connection'], request.headers as Record<string, string>);
    try {
      const answer = await fetch(this.target + (request.url ?? ''), {
        method: request.method ?? 'GET',
        headers,
        ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
      });
      const body = Buffer.from(await answer.arrayBuffer());
      if (typeof treatment === 'number') await sleep(treatment);
      response.writeHead(answer.status, without(['content-length'], Object.fromEntries(answer.headers))).end(body);
    } catch {
      request.socket.destroy();
    }
  }
}

function without(names: readonly string[], headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
