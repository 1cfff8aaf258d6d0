import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { isAnswering } from './errors/client-error.js';

/** An idle one takes about 12 KB. */
const MAX_CONNECTIONS = 10_000;
/** The descriptors that are left to the database, to mail servers and to files. */
const RESERVED_DESCRIPTORS = 64;
/** The part of the connections that is closed at once, so that the search for them is rare. */
const CLOSED_AT_ONCE = 0.01;
const LOOK_INTERVAL_MS = 5000;

/** How much a connection had received when it was last seen to have received more. */
interface Use {
  bytes: number;
  atMs: number;
}

/**
 * Bounds the connections. Of too many, those are closed that wait for their client: first those that have never been answered,
 * and of each kind the longest unused ones. Refusing new ones instead would lock out everybody while somebody holds connections
 * that do nothing, and so does the system, which accepts none when the descriptors are used up.
 */
export class ConnectionLimit {
  private readonly uses = new Map<Socket, Use>();

  constructor(
    private readonly limit = limitOfSystem(),
    private readonly lookIntervalMs = LOOK_INTERVAL_MS,
  ) {}

  watch(server: Server): void {
    server.on('connection', (socket) => {
      this.uses.set(socket, { bytes: 0, atMs: performance.now() });
      socket.once('close', () => this.uses.delete(socket));
      if (this.uses.size > this.limit) this.makeRoomFor(socket);
    });
    setInterval(() => {
      this.look();
    }, this.lookIntervalMs).unref();
  }

  private makeRoomFor(newcomer: Socket): void {
    this.look();
    const waiting = [...this.uses].filter(([socket]) => socket !== newcomer && !isAnswering(socket));
    // All others are being answered.
    if (waiting.length === 0) newcomer.destroy();
    const isAnswered = ({ bytesWritten }: Socket): number => Math.sign(bytesWritten);
    waiting.sort(([one, first], [other, second]) => isAnswered(one) - isAnswered(other) || first.atMs - second.atMs);
    for (const [socket] of waiting.slice(0, Math.ceil(this.limit * CLOSED_AT_ONCE))) {
      this.uses.delete(socket);
      socket.destroy();
    }
  }

  /** Not at each request, because a check of a remembered credential takes less time than most bookkeeping. */
  private look(): void {
    const atMs = performance.now();
    for (const [{ bytesRead }, use] of this.uses) {
      if (bytesRead === use.bytes) continue;
      use.bytes = bytesRead;
      use.atMs = atMs;
    }
  }
}

/** By the limit on the descriptors of this process, as far as the system tells it. */
function limitOfSystem(): number {
  try {
    const [, found] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    const descriptors = Number(found ?? Infinity);
    return Math.min(Math.max(descriptors - RESERVED_DESCRIPTORS, Math.ceil(descriptors / 4)), MAX_CONNECTIONS);
  } catch {
    return MAX_CONNECTIONS;
  }
}
