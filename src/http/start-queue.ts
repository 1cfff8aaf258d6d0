import type { ServerResponse } from 'node:http';

/** For how long requests begin in one turn of the event loop. The others begin in the next turns. */
const TURN_MS = 3;
/** How long a request may wait for its begin before newcomers are refused: they would wait for longer. */
const LATE_MS = 1000;

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
      if (!waiting.response.destroyed) waiting.start();
    }
    const [oldest] = this.waiting;
    this.isLate = oldest !== undefined && performance.now() - oldest.sinceMs > LATE_MS;
  }
}

/**
 * Bounds how many requests begin in one turn of the event loop. Node starts the requests of all connections that have one in the
 * same turn: a thousand clients of a costly route would let a check of a credential, which costs almost nothing, wait for a
 * thousand of theirs. Without such a rush, each request begins at once.
 */
export class StartQueue {
  private readonly checks = new Lane();
  private readonly others = new Lane();
  private turnBeganMs: number | undefined;

  /**
   * Begins a request now or in a later turn, unless its client has hung up by then.
   * @param isCheck whether it only checks a credential; these begin before others that wait.
   * @returns false if it must be refused.
   */
  begin(response: ServerResponse, isCheck: boolean, start: () => void): boolean {
    const isEmpty = this.checks.waiting.size === 0 && (isCheck || this.others.waiting.size === 0);
    if (!isEmpty || !this.hasTime()) return (isCheck ? this.checks : this.others).add(response, start);
    start();
    return true;
  }

  private readonly hasTime = (): boolean => {
    if (this.turnBeganMs !== undefined) return performance.now() - this.turnBeganMs < TURN_MS;
    this.turnBeganMs = performance.now();
    setImmediate(this.endTurn);
    return true;
  };

  private readonly endTurn = (): void => {
    this.turnBeganMs = undefined;
    for (const lane of [this.checks, this.others]) lane.startWhile(this.hasTime);
  };
}
