import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Settings } from '../config/settings.js';
import { StartupError } from '../errors/startup-error.js';

const PATH = '/metrics';
const TEXT = 'text/plain; charset=utf-8';
/** The form of Prometheus, which every version of it reads. */
const METRICS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';
/** How long a request may take to arrive. */
const REQUEST_TIMEOUT_MS = 5000;
/** Longer than most intervals between two scrapes. */
const KEEP_ALIVE_MS = 70_000;
/** More connections than Prometheus servers: those beyond it are closed at once. */
const MAX_CONNECTIONS = 64;
const MAX_HEADER_BYTES = 8192;

/** Gathers the metrics. @returns them in the text form of Prometheus. */
export type Gather = () => Promise<string>;

/**
 * Answers `GET /metrics` on a port of its own, so that no rule of a proxy decides who reads them, and a flood of the API keeps no
 * operator from seeing it.
 */
export class MetricsListener {
  private readonly server: Server;
  private gathering: Promise<string> | undefined;

  constructor(private readonly gather: Gather) {
    this.server = createServer(
      {
        requestTimeout: REQUEST_TIMEOUT_MS,
        headersTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: REQUEST_TIMEOUT_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
      },
      (request, response) => void this.answer(request, response),
    );
    this.server.maxConnections = MAX_CONNECTIONS;
  }

  /** @returns the URL of the metrics. @throws StartupError naming the settings */
  async listen({ metricsHost, metricsPort }: Pick<Settings, 'metricsHost' | 'metricsPort'>): Promise<string> {
    try {
      this.server.listen(metricsPort, metricsHost);
      await once(this.server, 'listening');
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new StartupError(
        `METRICS_HOST, METRICS_PORT: cannot listen on ${metricsHost}, port ${metricsPort ?? ''} (${reason})`,
      );
    }
    const { address, family, port } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}${PATH}`;
  }

  /** Ends it, with its connections. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async answer({ method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (status: number, type: string, text: string, headers: Record<string, string> = {}): void => {
      const length = { 'content-length': Buffer.byteLength(text) };
      const common = { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
      response.writeHead(status, { ...common, ...length, ...headers }).end(method === 'HEAD' ? undefined : text);
    };
    if (url.split('?', 1)[0] !== PATH) {
      send(404, TEXT, `The metrics are at ${PATH}\n`);
    } else if (method !== 'GET' && method !== 'HEAD') {
      send(405, TEXT, 'Use GET\n', { allow: 'GET, HEAD' });
    } else {
      try {
        send(200, METRICS_TEXT, await this.text());
      } catch {
        send(500, TEXT, 'The metrics could not be gathered\n');
      }
    }
  }

  /** Scrapes that come at once share one gathering: many of them take no longer than one. */
  private text(): Promise<string> {
    return (this.gathering ??= this.gather().finally(() => {
      this.gathering = undefined;
    }));
  }
}
