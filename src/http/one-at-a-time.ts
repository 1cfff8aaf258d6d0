import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Has the requests of a connection handled one after another. Node starts all requests of one read, up to 64 KiB, at once:
 * one small write would keep everybody else waiting, its answers would pile up in the memory while the client reads none
 * of them, and what follows a deletion would be judged before that is done (RFC 9112, section 9.3.2).
 */
export function oneAtATime(handle: Handle): Handle {
  const queues = new WeakMap<Socket, RequestQueue>();
  return (request, response) => {
    // Node gives a response its socket when the answer before it has been written.
    if (response.socket !== null) {
      handle(request, response);
      return;
    }
    const { socket } = request;
    const queue = queues.get(socket) ?? new RequestQueue(socket);
    queues.set(socket, queue);
    queue.add(response, () => {
      handle(request, response);
    });
  };
}

/** A connection on which so many requests wait is read no further. One that is read tells when its client has hung up. */
const READ_AHEAD = 16;
/** How many requests may wait on all connections together: some 50 MB. */
const MAX_WAITING = 16_384;

/** The requests of a connection that wait for an earlier one. */
class RequestQueue {
  private static total = 0;
  private length = 0;

  constructor(private readonly socket: Socket) {
    // Node resumes a connection at the end of each message.
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
    // Other connections have their turn in between, however quickly these are answered.
    response.once('socket', () =>
      setImmediate(() => {
        this.startFirst(start);
      }),
    );
  }

  private startFirst(start: () => void): void {
    // After an answer that ended the connection, or a failure of it, what waits is dropped.
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
