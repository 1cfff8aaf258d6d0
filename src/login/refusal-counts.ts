import type { AuditAction } from '../audit/audit-actions.js';
import type { Actor } from '../auth/actor.js';
import type { BudgetKind, ExhaustedBudget } from './too-many-attempts.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A number is told after a minute, and then each time four times as late as before: a long attack is told of seldom. */
const FIRST_WAIT_MS = MINUTE_MS;
const WAIT_FACTOR = 4;

/** An attempt that was refused. */
export interface Refusal {
  readonly action: AuditAction;
  readonly actor: Actor;
  readonly budget: ExhaustedBudget;
}

/** Refusals that are to be told of. */
export interface RefusalCount {
  readonly key: string;
  readonly action: AuditAction;
  /** The budget they met; `others` for those that are not counted apart. */
  readonly kind: BudgetKind | 'others';
  /** Who was refused last. */
  readonly actor: Actor;
  readonly number: number;
  /** When the first of them was refused. */
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
 * Counts refusals by the budget that is used up and its window. How much it remembers, and how often it tells of it, does
 * not depend on how many refusals there are, nor on how many budgets somebody uses up.
 */
export class RefusalCounts {
  private readonly countings = new Map<string, Counting>();

  /** @param maxCountings how many budgets are counted apart; what is refused by any other is counted together. */
  constructor(private readonly maxCountings: number) {}

  /** Counts a refusal, unless it is the first of its counting: that one the caller tells of. @returns what it counts as. */
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
   * Takes what is to be told now, and forgets what is over.
   * @param isLast takes everything, whether or not it is due.
   */
  take(nowMs: number, isLast = false): RefusalCount[] {
    const taken: RefusalCount[] = [];
    for (const [key, counting] of this.countings) {
      const isOver = counting.endsMs <= nowMs;
      if (counting.number > 0 && (isLast || isOver || counting.dueMs <= nowMs)) {
        const { action, kind, actor, number, sinceMs } = counting;
        taken.push({ key, action, kind, actor, number, since: new Date(sinceMs) });
        counting.number = 0;
        counting.waitMs *= WAIT_FACTOR;
        counting.dueMs = nowMs + counting.waitMs;
      }
      if (isOver) this.countings.delete(key);
    }
    return taken;
  }

  /** Counts what was taken and could not be told. */
  putBack(counts: readonly RefusalCount[]): void {
    for (const { key, action, kind, actor, number, since } of counts) {
      const sinceMs = since.getTime();
      const known = this.countings.get(key);
      // Due at once, and over once it is told.
      const counting = known ?? { action, kind, endsMs: 0, actor, number: 0, sinceMs, waitMs: 0, dueMs: 0 };
      counting.number += number;
      counting.sinceMs = sinceMs;
      counting.dueMs = 0;
      this.countings.set(key, counting);
    }
  }
}
