import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { AuditAction } from '../audit/audit-actions.js';
import type { AuditEntry } from '../audit/audit-entry.js';
import { AuditService } from '../audit/audit.service.js';
import type { Actor } from '../auth/actor.js';
import { Background } from '../database/background.js';
import type { PeriodicTask } from '../database/periodic-task.js';
import { formatTimestamp } from '../http/format-timestamp.js';
import { type RefusalCount, RefusalCounts } from './refusal-counts.js';
import { type ExhaustedBudget, TooManyAttempts } from './too-many-attempts.js';

const FLUSH_INTERVAL_MS = 60_000;
/** How many budgets are counted separately: some megabytes. Exhausting so many takes tens of thousands of attempts. */
const MAX_COUNTINGS = 5000;
/** The most events of one transaction, because other writers wait for it. */
const MAX_ROWS = 500;

const REASONS: Readonly<Record<RefusalCount['kind'], string>> = {
  network: 'the network has no attempts left',
  pair: 'the account has no attempts left from this network',
  consecutive: 'the account has no attempts in a row left',
  others: 'one of very many budgets that have no attempts left',
};

/**
 * Records refused attempts: the first of each exhausted budget at once, and then their number from time to time and at the stop.
 * A write for each would let anybody fill the disk, and other events would be hard to find.
 */
@Injectable()
export class RefusalAudit implements OnModuleInit {
  private readonly counts = new RefusalCounts(MAX_COUNTINGS);
  private readonly task: PeriodicTask;

  constructor(
    private readonly audit: AuditService,
    background: Background,
  ) {
    this.task = background.add({
      name: 'RefusalAudit',
      failure: 'The number of refused attempts could not be recorded',
      run: ({ aborted }) => this.write(aborted),
    });
  }

  onModuleInit(): void {
    this.task.start(FLUSH_INTERVAL_MS);
  }

  /** Records that an attempt was refused, now or later. */
  private async note(actor: Actor, action: AuditAction, budget: ExhaustedBudget): Promise<void> {
    const refusal = { action, actor, budget };
    const { isFirst, kind } = this.counts.note(refusal, Date.now());
    if (!isFirst) return;
    try {
      await this.audit.record(actor, { action, outcome: 'throttled', detail: REASONS[kind] });
    } catch (error) {
      // It is recorded with the next ones.
      this.counts.note(refusal, Date.now());
      throw error;
    }
  }

  /** Records the refusal, if there is one, of what a caller does. */
  async recording<T>(actor: Actor, action: AuditAction, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof TooManyAttempts) await this.note(actor, action, error.budget);
      throw error;
    }
  }

  /** Writes what is due, or all of it; what cannot be written now is kept for the next time. */
  private async write(isLast: boolean): Promise<void> {
    const taken = this.counts.take(Date.now(), isLast);
    while (taken.length > 0) {
      const some = taken.splice(0, MAX_ROWS);
      try {
        await this.audit.recordAll(some.map(eventOf));
      } catch (error) {
        this.counts.putBack([...some, ...taken]);
        throw error;
      }
    }
  }
}

/** A budget of several accounts names none of them: the last one was not refused that often. */
function eventOf({ kind, actor, action, number, since }: RefusalCount): readonly [Actor, AuditEntry] {
  const isOfOneAccount = kind === 'pair' || kind === 'consecutive';
  const detail = `${number} more since ${formatTimestamp(since)}: ${REASONS[kind]}`;
  return [isOfOneAccount ? actor : { ...actor, userId: null, username: '' }, { action, outcome: 'throttled', detail }];
}
