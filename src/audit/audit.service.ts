import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Actor } from '../auth/actor.js';
import { DAY_MS } from '../config/time.js';
import type { AuditEvent } from '../database/entities/audit-event.entity.js';
import { Transactions } from '../database/transactions.js';
import type { Page, PageRequest } from '../database/paging.js';
import { invalidFields } from '../errors/invalid-fields.js';
import { readId } from '../http/id.js';
import { message } from '../i18n/message.js';
import { usernameKey } from '../i18n/name-key.js';
import type { AuditAction, AuditOutcome } from './audit-actions.js';
import { type AuditEntry, toAuditEvent } from './audit-entry.js';
import { signalRecorded } from './audit-signal.js';
import { AuditEventRepository, type EventCount } from './audit-event.repository.js';

/** Which events are asked for; the moments are date-times (RFC 3339). */
export interface AuditFilter {
  readonly action?: AuditAction | undefined;
  readonly outcome?: AuditOutcome | undefined;
  /** The id or the username. */
  readonly userId?: string | undefined;
  readonly target?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** Of how many days the counts are remembered. */
const COUNTED_DAYS = 62;

/** Records what changed nothing else, and lists what was recorded. No call changes an event, or removes a single one. */
@Injectable()
export class AuditService {
  private readonly finishedDays = new LRUCache<string, readonly EventCount[]>({ max: COUNTED_DAYS });

  constructor(
    private readonly events: AuditEventRepository,
    private readonly transactions: Transactions,
  ) {}

  /** The events that meet a filter, newest first. @throws ApiError `invalid_fields` for an unknown username */
  async list({ from, until, userId, ...exactly }: AuditFilter, request: PageRequest): Promise<Page<AuditEvent>> {
    const id = userId === undefined ? undefined : (readId(userId) ?? (await this.idOf(userId)));
    return this.events.list({ ...exactly, userId: id, from: inUtc(from), until: inUtc(until) }, request);
  }

  /** The pages of a list from its first one on, each read when it is asked for. */
  async *follow(filter: AuditFilter, first: Page<AuditEvent>): AsyncGenerator<readonly AuditEvent[]> {
    let page = first;
    yield page.rows;
    while (page.nextCursor !== undefined) {
      page = await this.list(filter, { cursor: page.nextCursor });
      yield page.rows;
    }
  }

  /**
   * How many events there were on a day, by their action and outcome. Those of a day that is over are counted once: a page of figures
   * must not read a month of events each time.
   * @param day a date in UTC.
   */
  async countOn(day: string): Promise<readonly EventCount[]> {
    const counted = this.finishedDays.get(day);
    if (counted !== undefined) return counted;
    const counts = await this.events.countOn(day);
    // What was recorded around midnight may have been committed after it, or by a process whose clock is behind.
    if (Date.now() > Date.parse(day) + 2 * DAY_MS) this.finishedDays.set(day, counts);
    return counts;
  }

  private async idOf(username: string): Promise<string> {
    const id = await this.events.findUserId(usernameKey(username));
    if (id !== undefined) return id;
    throw invalidFields([{ field: 'userId', message: message('must_be_an_existing_user') }]);
  }

  /** Removes the events before a moment, until `stopping`. @returns how many it removed. */
  prune(before: Date, stopping: AbortSignal): Promise<number> {
    return this.events.deleteBefore(before, stopping);
  }

  /** Records something that changed nothing else, such as a refusal. */
  async record(actor: Actor, entry: AuditEntry): Promise<void> {
    await this.events.insert(toAuditEvent(actor, entry));
    signalRecorded([entry]);
  }

  /** Records several that changed nothing else: all or none. */
  async recordAll(events: readonly (readonly [Actor, AuditEntry])[]): Promise<void> {
    await this.transactions.run(async (manager) => {
      for (const [actor, entry] of events) await this.events.insert(toAuditEvent(actor, entry), manager);
    });
    signalRecorded(events.map(([, entry]) => entry));
  }
}

/** A date-time as the database holds it. */
function inUtc(moment: string | undefined): string | undefined {
  return moment === undefined ? undefined : new Date(moment).toISOString();
}
