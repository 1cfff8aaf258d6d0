import type { Server, ServerResponse } from 'node:http';

/** For how long requests begin in one turn of the event loop. The others begin in the next turns. */
const TURN_MS = 3;
/** How long a request may wait for its begin before newcomers are refused: they would wait for longer. */
const LATE_MS = 1000;
/** For how many turns in a row no request begins while connections are accepted. */
const ACCEPTING_TURNS = 32;

interface Waiting {
  readonly response: ServerResponse;
  readonly start: () => void;
  readonly sinceMs: number;
}

/** Requests that wait for their begin, in their order. */
class Lane {
  readonly waiting = new Set<Waiting>();
  isLate = false;

  add(response: ServerResponse, start: () => void): boolean {
    if (!this.isLate) this.waiting.add({ response, start, sinceMs: performance.now() });
    return !this.isLate;
  }

  startWhile(hasTime: () => boolean): void {
    for (const waiting of this.waiting) {
      if (!hasTime()) break;
      this.waiting.delete(waiting);
      if (hasClient(waiting.response)) waiting.start();
    }
    const [oldest] = this.waiting;
    this.isLate = oldest !== undefined && performance.now() - oldest.sinceMs > LATE_MS;
  }
}

/** A client that has closed its side is gone as well: Node ends the connection. */
export function hasClient({ destroyed, socket }: ServerResponse): boolean {
  return !destroyed && socket?.writable === true;
}

/**
 * Bounds how many requests begin in one turn of the event loop. Node starts the requests of all connections that have one in the
 * same turn: a thousand clients of a costly route would let a check of a credential, which costs almost nothing, wait for a
 * thousand of theirs.
 *
 * Node accepts one connection in each turn. If requests began in each of them as well, a connection for a check would wait behind
 * a thousand others, and as long for each as a request takes. So requests wait while connections are accepted, and those whose
 * client has hung up meanwhile never begin.
 *
 * Without such a rush, each request begins at once.
 */
export class StartQueue {
  private readonly checks = new Lane();
  private readonly others = new Lane();
  private turnBeganMs: number | undefined;
  private isTurnEnding = false;
  /** Whether a connection was accepted since the last turn ended. */
  private hasAccepted = false;
  /** Whether one was accepted in the turn before, so that more may wait. */
  private isAccepting = false;
  private acceptingTurns = 0;

  watch(server: Server): void {
    server.on('connection', () => {
      this.hasAccepted = true;
      this.isAccepting = true;
      this.awaitEndOfTurn();
    });
  }

  /**
   * Begins a request now or in a later turn, unless its client has hung up by then.
   * @param isCheck whether it only checks a credential; these begin before others that wait.
   * @returns false if it must be refused.
   */
  begin(response: ServerResponse, isCheck: boolean, start: () => void): boolean {
    const isEmpty = this.checks.waiting.size === 0 && (isCheck || this.others.waiting.size === 0);
    if (this.isAccepting || !isEmpty || !this.hasTime()) {
      return (isCheck ? this.checks : this.others).add(response, start);
    }
    start();
    return true;
  }

  private readonly hasTime = (): boolean => {
    if (this.turnBeganMs !== undefined) return performance.now() - this.turnBeganMs < TURN_MS;
    this.turnBeganMs = performance.now();
    this.awaitEndOfTurn();
    return true;
  };

  private awaitEndOfTurn(): void {
    if (this.isTurnEnding) return;
    this.isTurnEnding = true;
    setImmediate(this.endTurn);
  }

  private readonly endTurn = (): void => {
    this.isTurnEnding = false;
    this.isAccepting = this.hasAccepted;
    this.hasAccepted = false;
    if (this.isAccepting) this.awaitEndOfTurn();
    if (this.isAccepting && this.acceptingTurns < ACCEPTING_TURNS) {
      this.acceptingTurns += 1;
      return;
    }
    this.acceptingTurns = 0;
    this.turnBeganMs = undefined;
    for (const lane of [this.checks, this.others]) lane.startWhile(this.hasTime);
  };
}
