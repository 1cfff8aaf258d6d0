import { DatabaseUnreachable, isDatabaseUnavailable } from './database-errors.js';

const TICK_MS = 250;
/**
 * After how many ticks in a row without any answer the database is asked by a probe, which has one tick. Ticks are counted, and not
 * time: an event loop that was blocked has read no answer meanwhile.
 */
const SILENT_TICKS = 3;
/** For how long the circuit stays open when nobody asks any more. */
const OPEN_MS = 5000;

/**
 * Refuses statements at once while the database does not answer: they would wait for as long as those before them. One at a time
 * may try, and the first answer closes the circuit.
 */
export class CircuitBreaker {
  private underWay = 0;
  private silentTicks = 0;
  private openUntilMs = -Infinity;
  private isTrying = false;
  private timer: NodeJS.Timeout | undefined;

  /** @param probe asks the database for next to nothing: all that is under way may be slow, and no fault. */
  constructor(private readonly probe: () => Promise<unknown>) {}

  get isOpen(): boolean {
    return performance.now() < this.openUntilMs;
  }

  /** @throws DatabaseUnreachable if the circuit is open, or what the statement throws */
  async run<T>(statement: () => Promise<T>): Promise<T> {
    const isTry = this.isOpen;
    if (isTry && this.isTrying) throw new DatabaseUnreachable();
    if (isTry) this.isTrying = true;
    this.begin();
    try {
      return await this.listenTo(statement());
    } finally {
      if (isTry) this.isTrying = false;
      this.end();
    }
  }

  private begin(): void {
    this.underWay += 1;
    this.timer ??= setInterval(this.tick, TICK_MS).unref();
  }

  private end(): void {
    this.underWay -= 1;
    if (this.underWay > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.silentTicks = 0;
  }

  private async listenTo<T>(statement: Promise<T>): Promise<T> {
    try {
      const answer = await statement;
      this.close();
      return answer;
    } catch (error) {
      // A refusal is an answer too.
      if (!isDatabaseUnavailable(error)) this.close();
      throw error;
    }
  }

  private close(): void {
    this.silentTicks = 0;
    this.openUntilMs = -Infinity;
  }

  private readonly tick = (): void => {
    this.silentTicks += 1;
    if (this.silentTicks === SILENT_TICKS) void this.listenTo(this.probe()).catch(() => undefined);
    else if (this.silentTicks > SILENT_TICKS) this.openUntilMs = performance.now() + OPEN_MS;
  };
}
