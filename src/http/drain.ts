import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Settings } from '../config/settings.js';

/** How long a stop waits for requests. Docker kills a container 10 s after it asked it to stop. */
const STOP_LIMIT_MS = 8000;
/** How long a stop waits for the first request of a connection: it may be on its way, and is answered 503. */
const FIRST_REQUEST_LIMIT_MS = 2000;

/**
 * Knows how far the server is on its way to stop. First it leaves: it is no longer ready, ends each connection after its next
 * response, and serves everything, so that a load balancer has DRAIN_DELAY to send its requests elsewhere. Then the stop has
 * begun: requests in progress are finished, and new ones are refused. Node no longer enforces its request timeouts then, so a
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
    // A person at a terminal does not wait for a load balancer.
    if (signal === 'SIGTERM') await sleep(this.settings.drainDelaySeconds * 1000);
    this.hasBegun = true;
    setTimeout(() => {
      for (const socket of this.connections) if (socket.bytesRead === 0) socket.destroy();
    }, FIRST_REQUEST_LIMIT_MS).unref();
    const server = this.adapterHost.httpAdapter.getHttpServer() as Server;
    setTimeout(() => {
      server.closeAllConnections();
    }, STOP_LIMIT_MS).unref();
  }
}
