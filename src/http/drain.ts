import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import cluster from 'node:cluster';
import type { Server } from 'node:http';
import { Server as Listener, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { Settings } from '../config/settings.js';
import { whenNoneWaits } from './accept-queue.js';

/** How long a stop waits for requests. Docker kills a container 10 s after it asked it to stop. */
const STOP_LIMIT_MS = 8000;
/** How long a stop waits for the first request of a connection: it may be on its way, and is answered 503. */
const FIRST_REQUEST_LIMIT_MS = 2000;
const FIRST_REQUEST_POLL_MS = 10;

/**
 * Knows how far the server is on its way to stop. First it leaves: it is no longer ready, ends each connection after its next
 * response, and serves everything, so that a load balancer has DRAIN_DELAY to send its requests elsewhere. A load balancer that
 * only learns of it by a refused connection loses no request. Then the stop has begun: requests in progress are finished, and new ones are refused. Node no longer enforces its request timeouts then, so a
 * connection that sends nothing, or half a request, would hold up the stop.
 */
@Injectable()
export class Drain implements BeforeApplicationShutdown {
  isLeaving = false;
  hasBegun = false;
  /** The signal that stops the server; undefined before. */
  signal: string | undefined;
  private readonly connections = new Set<Socket>();

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly settings: Settings,
  ) {}

  /** Must be called before the server listens: it learns of connections from then on. */
  watch(server: Server): void {
    if (cluster.isWorker) {
      // By this, `node:cluster` closes the server of a worker when the supervisor has closed the listener.
      const close = server.close.bind(server);
      server.close = (done) => (this.hasBegun ? close(done) : closeListener(server, done));
    }
    server.on('connection', (socket) => {
      this.connections.add(socket);
      socket.once('close', () => this.connections.delete(socket));
    });
  }

  async beforeApplicationShutdown(signal?: string): Promise<void> {
    this.isLeaving = true;
    this.signal = signal;
    const server = this.adapterHost.httpAdapter.getHttpServer() as Server;
    // A person at a terminal does not wait for a load balancer.
    const delaySeconds = signal === 'SIGTERM' ? this.settings.drainDelaySeconds : 0;
    await sleep(delaySeconds * 1000);
    setTimeout(() => {
      server.closeAllConnections();
    }, STOP_LIMIT_MS).unref();
    if (delaySeconds > 0) await this.stopListening(server);
    this.hasBegun = true;
    setTimeout(() => {
      for (const socket of this.connections) if (socket.bytesRead === 0) socket.destroy();
    }, FIRST_REQUEST_LIMIT_MS).unref();
  }

  /** Closes the listener without a reset, and serves the connections that it has let in. */
  private async stopListening(server: Server): Promise<void> {
    const endMs = performance.now() + FIRST_REQUEST_LIMIT_MS;
    // The supervisor closes the listener of its workers for all of them at once.
    while (cluster.isWorker && server.listening && performance.now() < endMs) await sleep(FIRST_REQUEST_POLL_MS);
    if (server.listening) {
      let hasAccepted = false;
      const note = (): void => {
        hasAccepted = true;
      };
      server.on('connection', note);
      const hasAcceptedSince = (): boolean => {
        const has = hasAccepted;
        hasAccepted = false;
        return has;
      };
      await whenNoneWaits(hasAcceptedSince, endMs);
      server.off('connection', note);
      closeListener(server);
    }
    while (this.awaitsFirstRequest() && performance.now() < endMs) await sleep(FIRST_REQUEST_POLL_MS);
    // Whatever has arrived is read before idle connections are closed.
    await turn();
  }

  private awaitsFirstRequest(): boolean {
    return [...this.connections].some(({ bytesRead }) => bytesRead === 0);
  }
}

/** Not the method of the HTTP server, which closes idle connections: a request may be on its way there as well. */
function closeListener(server: Server, done?: (error?: Error) => void): Server {
  Listener.prototype.close.call(server, done);
  return server;
}
