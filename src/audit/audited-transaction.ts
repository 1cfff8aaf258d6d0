import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../auth/actor.js';
import { type LastWrites, type Locks, SIGNING_KEYS, Transactions, userLock } from '../database/transactions.js';
import { ApiError } from '../errors/api-error.js';
import { KeyedCounter } from '../rate-limit/keyed-counter.js';
import { RevocationBus } from '../revocation/revocation-bus.js';
import { RevocationRepository } from '../revocation/revocation.repository.js';
import type { Revocation } from '../revocation/revocation.js';
import { type AuditEntry, toAuditEvent } from './audit-entry.js';
import { signalRecorded } from './audit-signal.js';
import { ActorStandingRepository } from './actor-standing.repository.js';
import { AuditChains, type HeldChain } from './audit-chains.js';
import type { NewAuditEvent } from './audit-proof.js';
import { Notices } from './notices.js';

/** The result of some work, and what the audit records of it. */
export interface Audited<T> {
  readonly result: T;
  /** Undefined where there was nothing to change. Required: a misspelt name must not leave a change unrecorded. */
  readonly entry: AuditEntry | undefined;
  /** What else happened in the same change, and revokes nothing. */
  readonly further?: readonly Omit<AuditEntry, 'revokes'>[];
}

/** How many changes are under way at once. More would only wait for the database, and be answered late. */
const MAX_CHANGES = 1000;
/** How many of them are of one user, who must leave places for the others. */
const MAX_CHANGES_OF_USER = 250;

/** The transaction that changes something, records it and publishes what it revokes. */
@Injectable()
export class AuditedTransaction {
  private readonly underWay = new KeyedCounter();

  constructor(
    private readonly actors: ActorStandingRepository,
    private readonly chains: AuditChains,
    private readonly transactions: Transactions,
    private readonly revocations: RevocationRepository,
    private readonly bus: RevocationBus,
    private readonly notices: Notices,
  ) {}

  /**
   * Commits a change, its audit event, the mail about it and the row that tells other processes what it revokes: all or none.
   * @param work makes the change with the given manager alone; it may be called twice, as {@link Transactions.run} says. It runs
   * while the credential of the actor is checked, and what it has made or thrown counts for nothing if that is revoked.
   * @param locks that the work needs besides a share in the credentials of the actor. What ends credentials of a user holds
   * `userLock` exclusively, so that no other transaction makes one meanwhile, or rests on one.
   * @returns the result of the work, once it is committed.
   * @throws ApiError if the credential of the actor was revoked since it was checked, or `unavailable` if too many changes are under
   * way; nothing is changed then
   */
  commit<T>(
    actor: Actor,
    work: (manager: EntityManager, last: LastWrites) => Promise<Audited<T>>,
    locks: Locks = {},
  ): Promise<T> {
    const user = actor.userId ?? '';
    const isFull = this.underWay.total >= MAX_CHANGES || (user !== '' && this.underWay.of(user) >= MAX_CHANGES_OF_USER);
    if (isFull) return Promise.reject(new ApiError('unavailable'));
    return this.underWay.run(user, () => this.commitNow(actor, work, locks));
  }

  private async commitNow<T>(
    actor: Actor,
    work: (manager: EntityManager, last: LastWrites) => Promise<Audited<T>>,
    locks: Locks,
  ): Promise<T> {
    let revokes: Revocation | undefined;
    try {
      const { result, isNoticed, entries } = await this.transactions.run(
        async (manager, last) => {
          const standing = this.actors.refuseRevoked(actor, manager);
          const { result, entry, further = [] } = await bothOf(standing, work(manager, last));
          const entries: readonly AuditEntry[] = entry === undefined ? further : [entry, ...further];
          const isNoticed = await this.notices.queueAll(entries, actor, manager, last);
          const events = entries.map((each) => toAuditEvent(actor, each));
          await this.record(events, manager, last);
          revokes = entry?.revokes;
          if (revokes !== undefined) last.add(this.revocations.insert(revokes, manager));
          return { result, isNoticed, entries };
        },
        this.withOwnLocks(locks, actor),
      );
      if (isNoticed) this.notices.announce();
      signalRecorded(entries);
      return result;
    } finally {
      // Also when the commit failed: whether it took place is then uncertain, and forgetting costs a look-up.
      if (revokes !== undefined) this.bus.publish(revokes);
    }
  }

  private async record(events: readonly NewAuditEvent[], manager: EntityManager, last: LastWrites): Promise<void> {
    if (events.length === 0) return;
    let chain: HeldChain;
    try {
      chain = await this.chains.take(manager);
    } catch (error) {
      // One of the last writes may have failed, and this with it. Its own error says more.
      await last.done();
      throw error;
    }
    last.add(this.chains.append(chain, events, manager));
  }

  private withOwnLocks({ shared = [], exclusive = [] }: Locks, { userId }: Actor): Locks {
    const own = userId === null ? [] : [userLock(userId)];
    // A mail is sealed.
    const ofMail = this.notices.areSent && !exclusive.includes(SIGNING_KEYS) ? [SIGNING_KEYS] : [];
    return { exclusive, shared: [...new Set([...shared, ...own, ...ofMail])] };
  }
}

/** Waits for both, so that nothing is under way when the transaction ends, and throws the error of the first before the other's. */
async function bothOf<T>(first: Promise<unknown>, second: Promise<T>): Promise<T> {
  await Promise.allSettled([first, second]);
  await first;
  return second;
}
