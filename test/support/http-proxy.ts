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
      const stoodIn =
        path === '/oauth/introspect' && answer.status === 404 ? await this.standIn(chunks, headers) : undefined;
      const body = stoodIn?.body ?? Buffer.from(await answer.arrayBuffer());
      if (typeof treatment === 'number') await sleep(treatment);
      const answered = without(['content-length'], Object.fromEntries(answer.headers));
      response.writeHead(stoodIn?.status ?? answer.status, { ...answered, ...stoodIn?.headers }).end(body);
    } catch {
      request.socket.destroy();
    }
  }

  /** STAND-IN */
  private async standIn(
    chunks: Buffer[],
    own: Record<string, string>,
  ): Promise<{ status: number; body: Buffer; headers?: Record<string, string> }> {
    const caller = await fetch(`${this.target}/auth/verify`, { headers: { authorization: own.authorization ?? '' } });
    if (caller.status !== 200) return { status: 401, body: Buffer.from('{}') };
    const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('token') ?? '';
    const { status, headers } = await fetch(`${this.target}/auth/verify`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (status === 429)
      return { status, body: Buffer.from('{}'), headers: { 'retry-after': headers.get('retry-after') ?? '' } };
    if (status !== 200) return { status: 200, body: Buffer.from('{"active":false}') };
    const claims = token.includes('.')
      ? (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object)
      : {};
    const kind = headers.get('x-credential-kind');
    return {
      status: 200,
      body: Buffer.from(
        JSON.stringify({
          ...claims,
          active: true,
          sub: headers.get('x-user-id'),
          username: headers.get('x-user-name'),
          roles: (headers.get('x-user-roles') ?? '').split(' ').filter(Boolean),
          scope: headers.get('x-credential-scopes') ?? '',
          credential_kind: kind,
          credential_id: headers.get('x-credential-id'),
          ...(headers.has('ratelimit') ? { rate_limit: {} } : {}),
          ...(kind === 'auth-header' ? { client_id: headers.get('x-credential-id') } : {}),
        }),
      ),
    };
  }
}

function without(names: readonly string[], headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
