import type { Actor } from '../auth/actor.js';
import { DAY_MS, MINUTE_MS } from '../config/time.js';
import type { AuditAction } from './audit-actions.js';

/** A number is reported after a minute, then each time after four times as long, so that a long attack makes few reports. */
const FIRST_WAIT_MS = MINUTE_MS;
const WAIT_FACTOR = 4;

/** What refusals are counted together by: an exhausted budget, or a credential and a reason. */
export interface RefusalGroup<Kind extends string> {
  readonly key: string;
  readonly kind: Kind;
  /** When a refusal counts as the first again. */
  readonly windowEnds: Date;
}

/** What was refused. */
export interface Refusal<Kind extends string> {
  readonly action: AuditAction;
  readonly actor: Actor;
  readonly group: RefusalGroup<Kind>;
  /** The id of what it was refused to. */
  readonly target?: string | undefined;
}

/** Refusals to report. */
export interface RefusalCount<Kind extends string> {
  readonly key: string;
  readonly action: AuditAction;
  /** The kind of the group; `others` for groups that are not counted separately. */
  readonly kind: Kind | 'others';
  /** The caller of the last refusal. */
  readonly actor: Actor;
  readonly target?: string | undefined;
  readonly number: number;
  /** The time of the first refusal. */
  readonly since: Date;
}

interface Counting<Kind extends string> {
  readonly action: AuditAction;
  readonly kind: Kind | 'others';
  readonly target: string | undefined;
  readonly endsMs: number;
  actor: Actor;
  number: number;
  sinceMs: number;
  waitMs: number;
  dueMs: number;
}

/**
 * Counts refusals by their group and its window. Its memory and the number of its reports are limited, however many refusals there
 * are and however many groups a client meets.
 */
export class RefusalCounts<Kind extends string> {
  private readonly countings = new Map<string, Counting<Kind>>();

  /** @param maxCountings how many groups are counted separately; the refusals of all others are counted together. */
  constructor(private readonly maxCountings: number) {}

  /** Counts a refusal, unless it is the first of its group, which the caller records. @returns how it was counted. */
  note(
    { action, actor, group, target }: Refusal<Kind>,
    nowMs: number,
  ): { readonly isFirst: boolean; readonly kind: Kind | 'others' } {
    const own = `${action} ${group.key} ${group.windowEnds.getTime()}`;
    const isApart = this.countings.has(own) || this.countings.size < this.maxCountings;
    const kind = isApart ? group.kind : 'others';
    const key = isApart ? own : `${action} others`;
    const counting = this.countings.get(key);
    if (counting === undefined) {
      const endsMs = Math.min(isApart ? group.windowEnds.getTime() : Infinity, nowMs + DAY_MS);
      const dueMs = nowMs + FIRST_WAIT_MS;
      const none = { actor, number: 0, sinceMs: nowMs, waitMs: FIRST_WAIT_MS, dueMs };
      this.countings.set(key, { action, kind, target: isApart ? target : undefined, endsMs, ...none });
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
  take(nowMs: number, isLast = false): RefusalCount<Kind>[] {
    const taken: RefusalCount<Kind>[] = [];
    for (const [key, counting] of this.countings) {
      const isExpired = counting.endsMs <= nowMs;
      if (counting.number > 0 && (isLast || isExpired || counting.dueMs <= nowMs)) {
        const { action, kind, target, actor, number, sinceMs } = counting;
        taken.push({ key, action, kind, target, actor, number, since: new Date(sinceMs) });
        counting.number = 0;
        counting.waitMs *= WAIT_FACTOR;
        counting.dueMs = nowMs + counting.waitMs;
      }
      if (isExpired) this.countings.delete(key);
    }
    return taken;
  }

  /** Adds counts that were taken and could not be recorded. */
  putBack(counts: readonly RefusalCount<Kind>[]): void {
    for (const { key, action, kind, target, actor, number, since } of counts) {
      const sinceMs = since.getTime();
      const known = this.countings.get(key);
      // Due at once, and forgotten once it is reported.
      const counting = known ?? { action, kind, target, endsMs: 0, actor, number: 0, sinceMs, waitMs: 0, dueMs: 0 };
      counting.number += number;
      counting.sinceMs = sinceMs;
      counting.dueMs = 0;
      this.countings.set(key, counting);
    }
  }
}
