import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { noteExchange } from './errors/client-error.js';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Serialises the pipelined requests of a connection. Node starts all requests of one read, up to 64 KiB, at once. Without this,
 * one small write would delay all other clients, its responses would pile up in memory while the client reads none of them,
 * and a request after a deletion would be authorized before the deletion is done (RFC 9112, section 9.3.2).
 */
export function oneAtATime(handle: Handle): Handle {
  const queues = new WeakMap<Socket, RequestQueue>();
  return (request, response) => {
    // Node assigns the socket to a response once the previous response is written.
    if (response.socket !== null) {
      handle(request, response);
      return;
    }
    noteExchange(request, response);
    const { socket } = request;
    const queue = queues.get(socket) ?? new RequestQueue(socket);
    queues.set(socket, queue);
    queue.add(response, () => {
      handle(request, response);
    });
  };
}

/** Reading pauses when this many requests wait. A smaller queue is still read, because only reading detects a disconnect. */
const READ_AHEAD = 16;
/** The maximum number of waiting requests across all connections, about 50 MB. */
const MAX_WAITING = 16_384;

/** The requests of a connection that wait for an earlier response. */
class RequestQueue {
  private static total = 0;
  private length = 0;

  constructor(private readonly socket: Socket) {
    // Node resumes a paused connection at the end of each message.
    socket.on('resume', () => {
      if (this.length > READ_AHEAD) socket.pause();
    });
    socket.once('close', () => {
      this.grow(-this.length);
    });
  }

  add(response: ServerResponse, start: () => void): void {
    if (RequestQueue.total >= MAX_WAITING) {
      this.socket.destroy();
      return;
    }
    this.grow(1);
    if (this.length > READ_AHEAD) this.socket.pause();
    // `setImmediate` yields to other connections, even if each request here is fast.
    response.once('socket', () =>
      setImmediate(() => {
        this.startFirst(start);
      }),
    );
  }

  private startFirst(start: () => void): void {
    // Waiting requests are dropped when a response or an error has ended the connection.
    if (!this.socket.writable) return;
    this.grow(-1);
    if (this.length === READ_AHEAD) this.socket.resume();
    start();
  }

  private grow(count: number): void {
    this.length += count;
    RequestQueue.total += count;
  }
}
