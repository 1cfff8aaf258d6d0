import type { AuditAction } from '../audit/audit-actions.js';
import type { Actor } from '../auth/actor.js';
import { DAY_MS, MINUTE_MS } from '../config/time.js';
import type { BudgetKind, ExhaustedBudget } from './too-many-attempts.js';

/** A number is reported after a minute, then each time after four times as long, so that a long attack makes few reports. */
const FIRST_WAIT_MS = MINUTE_MS;
const WAIT_FACTOR = 4;

/** An attempt that was refused. */
export interface Refusal {
  readonly action: AuditAction;
  readonly actor: Actor;
  readonly budget: ExhaustedBudget;
}

/** Refusals to report. */
export interface RefusalCount {
  readonly key: string;
  readonly action: AuditAction;
  /** The kind of the exhausted budget; `others` for budgets that are not counted separately. */
  readonly kind: BudgetKind | 'others';
  /** The caller of the last refusal. */
  readonly actor: Actor;
  readonly number: number;
  /** The time of the first refusal. */
  readonly since: Date;
}

interface Counting {
  readonly action: AuditAction;
  readonly kind: BudgetKind | 'others';
  readonly endsMs: number;
  actor: Actor;
  number: number;
  sinceMs: number;
  waitMs: number;
  dueMs: number;
}

/**
 * Counts refusals by the exhausted budget and its window. Its memory and the number of its reports are limited, however many
 * refusals there are and however many budgets a client exhausts.
 */
export class RefusalCounts {
  private readonly countings = new Map<string, Counting>();

  /** @param maxCountings how many budgets are counted separately; the refusals of all others are counted together. */
  constructor(private readonly maxCountings: number) {}

  /** Counts a refusal, unless it is the first of its budget, which the caller records. @returns how it was counted. */
  note(
    { action, actor, budget }: Refusal,
    nowMs: number,
  ): { readonly isFirst: boolean; readonly kind: RefusalCount['kind'] } {
    const own = `${action} ${budget.key} ${budget.windowEnds.getTime()}`;
    const isApart = this.countings.has(own) || this.countings.size < this.maxCountings;
    const kind = isApart ? budget.kind : 'others';
    const key = isApart ? own : `${action} others`;
    const counting = this.countings.get(key);
    if (counting === undefined) {
      const endsMs = Math.min(isApart ? budget.windowEnds.getTime() : Infinity, nowMs + DAY_MS);
      const dueMs = nowMs + FIRST_WAIT_MS;
      this.countings.set(key, { action, kind, endsMs, actor, number: 0, sinceMs: nowMs, waitMs: FIRST_WAIT_MS, dueMs });
      return { isFirst: true, kind };
    }
    if (counting.number === 0) counting.sinceMs = nowMs;
    counting.number += 1;
    counting.actor = actor;
    return { isFirst: false, kind };
  }

  /**
   * Takes the counts to report now, and forgets those whose window has ended.
   * @param isLast whether to take all counts, due or not.
   */
  take(nowMs: number, isLast = false): RefusalCount[] {
    const taken: RefusalCount[] = [];
    for (const [key, counting] of this.countings) {
      const isExpired = counting.endsMs <= nowMs;
      if (counting.number > 0 && (isLast || isExpired || counting.dueMs <= nowMs)) {
        const { action, kind, actor, number, sinceMs } = counting;
        taken.push({ key, action, kind, actor, number, since: new Date(sinceMs) });
        counting.number = 0;
        counting.waitMs *= WAIT_FACTOR;
        counting.dueMs = nowMs + counting.waitMs;
      }
      if (isExpired) this.countings.delete(key);
    }
    return taken;
  }

  /** Adds counts that were taken and could not be recorded. */
  putBack(counts: readonly RefusalCount[]): void {
    for (const { key, action, kind, actor, number, since } of counts) {
      const sinceMs = since.getTime();
      const known = this.countings.get(key);
      // Due at once, and forgotten once it is reported.
      const counting = known ?? { action, kind, endsMs: 0, actor, number: 0, sinceMs, waitMs: 0, dueMs: 0 };
      counting.number += number;
      counting.sinceMs = sinceMs;
      counting.dueMs = 0;
      this.countings.set(key, counting);
    }
  }
}
