import type { Actor } from '../auth/actor.js';
import type { Background } from '../database/background.js';
import type { PeriodicTask } from '../database/periodic-task.js';
import { formatTimestamp } from '../http/format-timestamp.js';
import type { AuditOutcome } from './audit-actions.js';
import type { AuditEntry } from './audit-entry.js';
import type { AuditService } from './audit.service.js';
import { type Refusal, type RefusalCount, RefusalCounts } from './refusal-counts.js';

const FLUSH_INTERVAL_MS = 60_000;
/** How many groups are counted separately: some megabytes. */
const MAX_COUNTINGS = 5000;
/** The most events of one transaction, because other writers wait for it. */
const MAX_ROWS = 500;

/** What the events of refusals say. */
export interface RefusalWords<Kind extends string> {
  /** The context of the log lines. */
  readonly name: string;
  readonly outcome: AuditOutcome;
  readonly reasons: Readonly<Record<Kind | 'others', string>>;
  /** The kinds whose groups are of several users: a number names none of them, since the last one was not refused that often. */
  readonly ofSeveral: readonly (Kind | 'others')[];
}

type Recorded = readonly [Actor, AuditEntry];

/**
 * Records refusals: the first of each group at once, and then their number from time to time and at the stop. A write for each would
 * let anybody fill the disk, and other events would be hard to find.
 */
export class GatheredRefusals<Kind extends string> {
  private readonly counts = new RefusalCounts<Kind>(MAX_COUNTINGS);
  private readonly task: PeriodicTask;
  /** First refusals that nobody waits for, with what counts them if they cannot be written. */
  private waiting: (readonly [Refusal<Kind>, Recorded])[] = [];
  private writing: Promise<void> | undefined;

  constructor(
    private readonly audit: AuditService,
    private readonly words: RefusalWords<Kind>,
    background: Background,
  ) {
    this.task = background.add({
      name: words.name,
      failure: 'The number of refused attempts could not be recorded',
      run: ({ aborted }) => this.write(aborted),
    });
  }

  start(): void {
    this.task.start(FLUSH_INTERVAL_MS);
  }

  /** Records a refusal, now or later. */
  async note(refusal: Refusal<Kind>): Promise<void> {
    const first = this.firstOf(refusal);
    if (first === undefined) return;
    try {
      await this.audit.record(...first);
    } catch (error) {
      // It is recorded with the next ones.
      this.counts.note(refusal, Date.now());
      throw error;
    }
  }

  /** The same for a refusal whose answer waits for no write. One transaction at a time writes them, so that changes are not held up. */
  noteLater(refusal: Refusal<Kind>): void {
    const first = this.firstOf(refusal);
    if (first === undefined) return;
    if (this.waiting.length >= MAX_ROWS) this.counts.note(refusal, Date.now());
    else this.waiting.push([refusal, first]);
    this.writing ??= this.writeWaiting().finally(() => {
      this.writing = undefined;
    });
  }

  private firstOf(refusal: Refusal<Kind>): Recorded | undefined {
    const { isFirst, kind } = this.counts.note(refusal, Date.now());
    if (!isFirst) return undefined;
    const { actor, action, target } = refusal;
    return [actor, { action, outcome: this.words.outcome, target: target ?? null, detail: this.words.reasons[kind] }];
  }

  private async writeWaiting(): Promise<void> {
    while (this.waiting.length > 0) {
      const some = this.waiting.splice(0);
      try {
        await this.audit.recordAll(some.map(([, event]) => event));
      } catch {
        // They are recorded with the next ones, or at the next interval, which also logs why not.
        for (const [refusal] of some) this.counts.note(refusal, Date.now());
      }
    }
  }

  /** Writes what is due, or all of it; what cannot be written now is kept for the next time. */
  private async write(isLast: boolean): Promise<void> {
    await this.writing;
    const taken = this.counts.take(Date.now(), isLast);
    while (taken.length > 0) {
      const some = taken.splice(0, MAX_ROWS);
      try {
        await this.audit.recordAll(some.map((count) => this.eventOf(count)));
      } catch (error) {
        this.counts.putBack([...some, ...taken]);
        throw error;
      }
    }
  }

  private eventOf({ kind, actor, action, number, since, target }: RefusalCount<Kind>): Recorded {
    const { outcome, reasons, ofSeveral } = this.words;
    const detail = `${number} more since ${formatTimestamp(since)}: ${reasons[kind]}`;
    const entry = { action, outcome, target: target ?? null, detail };
    return [ofSeveral.includes(kind) ? nobodyOf(actor) : actor, entry];
  }
}

/** An actor from the same place, with the same kind of credential. */
function nobodyOf(actor: Actor): Actor {
  return { ...actor, userId: null, username: '', credentialId: null };
}
