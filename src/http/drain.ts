import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import { Server as Listener, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { Settings } from '../config/settings.js';

/** How long a stop waits for requests. Docker kills a container 10 s after it asked it to stop. */
const STOP_LIMIT_MS = 8000;
/** How long a stop waits for the first request of a connection: it may be on its way, and is answered 503. */
const FIRST_REQUEST_LIMIT_MS = 2000;
const FIRST_REQUEST_POLL_MS = 10;
/** A turn of the loop that serves nothing takes less. */
const SHORT_TURN_MS = 0.2;

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
  private readonly connections = new Set<Socket>();

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly settings: Settings,
  ) {}

  /** Must be called before the server listens: it learns of connections from then on. */
  watch(server: Server): void {
    server.on('connection', (socket) => {
      this.connections.add(socket);
      socket.once('close', () => this.connections.delete(socket));
    });
  }

  async beforeApplicationShutdown(signal?: string): Promise<void> {
    this.isLeaving = true;
    const server = this.adapterHost.httpAdapter.getHttpServer() as Server;
    // A person at a terminal does not wait for a load balancer.
    const delaySeconds = signal === 'SIGTERM' ? this.settings.drainDelaySeconds : 0;
    await sleep(delaySeconds * 1000);
    setTimeout(() => {
      server.closeAllConnections();
    }, STOP_LIMIT_MS).unref();
    if (delaySeconds > 0 && server.listening) await this.stopListening(server);
    this.hasBegun = true;
    setTimeout(() => {
      for (const socket of this.connections) if (socket.bytesRead === 0) socket.destroy();
    }, FIRST_REQUEST_LIMIT_MS).unref();
  }

  /**
   * Closes the listener, and serves the connections that it has let in. A close resets the connections that the system has made
   * and Node has not accepted, and with them requests that a proxy does not repeat. Node accepts few in each turn of its loop.
   * After a turn that accepted none and took no time, none is waiting.
   */
  private async stopListening(server: Server): Promise<void> {
    const endMs = performance.now() + FIRST_REQUEST_LIMIT_MS;
    let accepted = 0;
    const note = (): void => {
      accepted++;
    };
    server.on('connection', note);
    let isQuiet = false;
    while (!isQuiet && performance.now() < endMs) {
      const [before, beganMs] = [accepted, performance.now()];
      await turn();
      isQuiet = accepted === before && performance.now() - beganMs < SHORT_TURN_MS;
    }
    server.off('connection', note);
    // Not the method of the HTTP server, which closes idle connections: a request may be on its way there as well.
    Listener.prototype.close.call(server);
    while (this.awaitsFirstRequest() && performance.now() < endMs) await sleep(FIRST_REQUEST_POLL_MS);
    // Whatever has arrived is read before idle connections are closed.
    await turn();
  }

  private awaitsFirstRequest(): boolean {
    return [...this.connections].some(({ bytesRead }) => bytesRead === 0);
  }
}
