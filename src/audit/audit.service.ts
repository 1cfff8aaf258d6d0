import { Injectable } from '@nestjs/common';
import { InjectDataSource, InjectRepository } from '@nestjs/typeorm';
import { And, type DataSource, type EntityManager, LessThan, MoreThanOrEqual, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../auth/actor.js';
import { KeptInsertion } from '../database/prepared/prepared-change.js';
import { SharedTransactions } from '../database/group-commit.js';
import { type Page, type PageRequest, readPage } from '../database/paging.js';
import { type Revocation, Revocations } from '../revocation/revocation-bus.js';
import type { AuditAction, AuditOutcome } from './audit-actions.js';
import { AuditEvent } from '../database/entities/audit-event.entity.js';

const NAME_LENGTH = 255;

/** What is recorded, beside who did it. */
export interface Occurrence {
  readonly action: AuditAction;
  readonly outcome?: AuditOutcome;
  /** The id of what it was done to. */
  readonly target?: string | null;
  /** A few words; never a secret. */
  readonly detail?: string;
  /** Whose credentials the change takes something away from; told to whoever remembers them once it is committed. */
  readonly revokes?: Revocation;
}

/** Which events are asked for; the moments are date-times (RFC 3339). */
export interface AuditFilter {
  readonly action?: AuditAction | undefined;
  readonly outcome?: AuditOutcome | undefined;
  readonly userId?: string | undefined;
  readonly target?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** Records what happened. There is no call to change or remove an event. */
@Injectable()
export class AuditService {
  private readonly insertion: KeptInsertion<AuditEvent>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>,
    private readonly transactions: SharedTransactions,
    private readonly revocations: Revocations,
  ) {
    this.insertion = new KeptInsertion(events);
  }

  /** The events that meet a filter, newest first. */
  list({ from, until, ...exactly }: AuditFilter, request: PageRequest): Promise<Page<AuditEvent>> {
    const given = Object.entries<string | undefined>({ ...exactly }).filter(([, value]) => value !== undefined);
    const bounds = [
      ...(from === undefined ? [] : [MoreThanOrEqual(new Date(from))]),
      ...(until === undefined ? [] : [LessThan(new Date(until))]),
    ];
    const at = bounds.length === 0 ? {} : { at: And(...bounds) };
    return readPage(this.events, { ...Object.fromEntries(given), ...at }, request);
  }

  /** Removes the events before a moment; answers how many there were. */
  async prune(before: Date): Promise<number> {
    const { affected } = await this.events.delete({ at: LessThan(before) });
    return affected ?? 0;
  }

  /** Records something that changed nothing else, such as a refusal. */
  async record(actor: Actor, occurrence: Occurrence): Promise<void> {
    await this.insert(this.dataSource.manager, actor, occurrence);
  }

  /** Records several that changed nothing else: all or none. */
  async recordAll(events: readonly (readonly [Actor, Occurrence])[]): Promise<void> {
    await this.transactions.run(async (manager) => {
      for (const [actor, occurrence] of events) await this.insert(manager, actor, occurrence);
    });
  }

  /**
   * Makes a change and records it: both or neither.
   * @param change the change; it answers what is recorded of it, and is made as {@link SharedTransactions.run} says.
   */
  async recording<T>(actor: Actor, change: (manager: EntityManager) => Promise<Recorded<T>>): Promise<T> {
    let revokes: Revocation | undefined;
    try {
      return await this.transactions.run(async (manager) => {
        const { result, occurrence } = await change(manager);
        if (occurrence !== undefined) await this.insert(manager, actor, occurrence);
        revokes = occurrence?.revokes;
        return result;
      });
    } finally {
      // Also when the commit failed: whether it took place is then uncertain, and forgetting costs a look-up.
      if (revokes !== undefined) this.revocations.announce(revokes);
    }
  }

  private async insert(manager: EntityManager, actor: Actor, occurrence: Occurrence): Promise<void> {
    const { action, outcome = 'success', target = null, detail = '' } = occurrence;
    const { userId, username, credential, credentialId, ip, userAgent } = actor;
    await this.insertion.make(manager, {
      id: uuidv7(),
      at: new Date(),
      action,
      outcome,
      userId,
      username: username.slice(0, NAME_LENGTH),
      credential,
      credentialId,
      ip,
      userAgent,
      target,
      detail,
    });
  }
}

/** A change's result, and what the audit is to say of it, unless there was nothing to change. */
export interface Recorded<T> {
  readonly result: T;
  readonly occurrence?: Occurrence;
}
