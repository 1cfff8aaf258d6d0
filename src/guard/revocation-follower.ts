import { setTimeout as sleep } from 'node:timers/promises';
import { ageOf, type Moment, momentNow } from './moment.js';
import type { News } from './personas-server.js';

/** The maximum age of what the server knew. When it is older, nothing that is remembered is used. */
const TRUST_LIMIT_MS = 1000;
/** How long the server waits for news. Two answers, and a delay on the way, fit into the limit. */
const WAIT_MS = 400;
/** How often the server is asked at most, also if something on the way answers at once. */
const MIN_INTERVAL_MS = 100;
const RETRY_INTERVAL_MS = 250;
/** How long following goes on after the last check. A service that nobody calls leaves the server alone. */
const IDLE_LIMIT_MS = 5000;

/**
 * Follows what is revoked. Each answer tells until when the server knew, counted from when the question arrived there. This
 * counts from when it was sent, which was earlier: so the bound holds however long the question or its answer was held up.
 */
export class RevocationFollower {
  private heard: Moment | undefined;
  private after: string | undefined;
  private lastAskedMs = -Infinity;
  private isFollowing = false;
  private isClosed = false;
  private attempt: Promise<void> = Promise.resolve();

  /**
   * @param ask asks the server what was revoked after a cursor
   * @param hear is told it, before it counts as heard
   */
  constructor(
    private readonly ask: (after: string | undefined, waitMs: number) => Promise<News>,
    private readonly hear: (news: News) => void,
  ) {}

  /** Whether every revocation that was committed more than a second ago has been heard. */
  isUpToDate(): boolean {
    this.lastAskedMs = performance.now();
    if (!this.isFollowing && !this.isClosed) void this.follow();
    return !this.isClosed && this.heard !== undefined && ageOf(this.heard) < TRUST_LIMIT_MS;
  }

  /** Waits for the answer to the question that is under way. @throws what the server answers in place of news */
  async untilUpToDate(): Promise<void> {
    if (!this.isUpToDate()) await this.attempt;
  }

  close(): void {
    this.isClosed = true;
  }

  private async follow(): Promise<void> {
    this.isFollowing = true;
    // At once after a pause: until then, each check asks.
    let waitMs = 0;
    while (!this.isClosed && performance.now() - this.lastAskedMs < IDLE_LIMIT_MS) {
      const sent = momentNow();
      this.attempt = this.askOnce(sent, waitMs);
      const isAnswered = await this.attempt.then(
        () => true,
        () => false,
      );
      waitMs = isAnswered ? WAIT_MS : 0;
      const intervalMs = isAnswered ? MIN_INTERVAL_MS : RETRY_INTERVAL_MS;
      const restMs = intervalMs - (performance.now() - sent.monotonicMs);
      if (restMs > 0) await sleep(restMs, undefined, { ref: false });
    }
    this.isFollowing = false;
  }

  private async askOnce(sent: Moment, waitMs: number): Promise<void> {
    const news = await this.ask(this.after, waitMs);
    this.hear(news);
    this.after = news.after;
    // Not beyond the present, whatever the server says.
    const knownMs = Math.min(news.knownUntilMs, performance.now() - sent.monotonicMs);
    this.heard = { monotonicMs: sent.monotonicMs + knownMs, wallMs: sent.wallMs + knownMs };
  }
}
