import { Injectable, Logger } from '@nestjs/common';
import type { KeyObject } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { makeRandomToken } from '../crypto/random-token.js';
import { Sealer } from '../crypto/sealer.js';
import { readActiveKeys } from '../database/active-keys.js';
import type { AuditChain } from '../database/entities/audit-chain.entity.js';
import { newId } from '../database/new-id.js';
import { LastWrites } from '../database/transactions.js';
import { AuditChainRepository, type ChainedRow } from './audit-chain.repository.js';
import { hashOfEvent, type NewAuditEvent, type PlacedEvent, proofKey, stampOfChain } from './audit-proof.js';

/** A chain that a transaction has locked. */
export interface HeldChain {
  readonly row: AuditChain;
  readonly key: KeyObject;
  /** Whether its stamp is the server's. */
  readonly isSound: boolean;
}

/** How many events are deleted in one transaction: other writers of the chain wait for it. */
const BITE_LENGTH = 500;

/**
 * Gives each event its place in a chain, in the transaction that records it. No process remembers where a chain ends: instances, commands
 * and restored backups need to know nothing of each other.
 */
@Injectable()
export class AuditChains {
  private readonly logger = new Logger('Audit');
  /** By the id of the chain. The sealed text is another one after a rotation of the secret. */
  private readonly keys = new Map<string, { readonly sealed: string; readonly key: KeyObject }>();
  private readonly named = new Set<number>();

  constructor(
    private readonly rows: AuditChainRepository,
    private readonly sealer: Sealer,
  ) {}

  /** Whether there are as many chains as the database has writers at once. */
  async areEnough(): Promise<boolean> {
    return (await this.rows.all()).length >= this.rows.wanted;
  }

  /**
   * Makes the chains that are missing: all of them at first, and more in a database that was copied from one with fewer writers.
   * @param manager of a transaction that shares `SIGNING_KEYS`, and that no other transaction runs at once.
   * @throws SecretUnavailable
   */
  async begin(manager: EntityManager): Promise<void> {
    const rows = await this.rows.all(manager);
    const missing = this.rows.wanted - rows.length;
    // What somebody has removed is not replaced: it would be missed no more.
    if (missing <= 0 || rows.some((row) => row.chains !== rows.length)) return;
    const chains = this.rows.wanted;
    const held: HeldChain[] = [];
    for (const { number } of rows) held.push(await this.hold(await this.rows.lock(number, manager), manager));
    if (held.some(({ isSound }) => !isSound)) return;
    for (const one of held) await this.rows.update(stamped({ ...one.row, chains }, one), manager);
    const witnesses = await readActiveKeys(manager);
    const beganAfter = rows[0]?.beganAfter ?? (await this.rows.newestUnplaced(manager));
    // The places of a chain that is gone are taken.
    const highest = Math.max(rows.at(-1)?.number ?? 0, await this.rows.highest('chain', 0, manager));
    for (let number = highest + 1; number <= highest + missing; number++) {
      const id = newId();
      const text = makeRandomToken();
      const row = { id, number, chains, beganAfter, sequence: 0, hash: '', prunedSequence: 0, prunedHash: '' };
      const key = proofKey(text);
      const sealedKey = this.sealer.seal(text, id, witnesses);
      await this.rows.insert({ ...row, sealedKey, stamp: stampOfChain(key, row) }, manager);
    }
  }

  /**
   * Takes a chain that no other transaction has, until the end of this one; if there is none, waits for one. Call it as late as
   * possible.
   */
  async take(manager: EntityManager): Promise<HeldChain> {
    const free = await this.rows.takeFree(manager);
    if (free !== undefined) return this.hold(free, manager);
    const numbers = (await this.rows.all(manager)).map(({ number }) => number);
    const one = numbers[Math.floor(Math.random() * numbers.length)];
    return this.hold(one === undefined ? undefined : await this.rows.lock(one, manager), manager);
  }

  /**
   * Appends events to a chain that was taken. The statements are begun at once, so that they go to the database together with the
   * commit.
   */
  append(held: HeldChain, events: readonly NewAuditEvent[], manager: EntityManager): Promise<void> {
    const { row, key } = held;
    const writes = new LastWrites();
    let { sequence, hash } = row;
    for (const event of events) {
      sequence += 1;
      const placed: PlacedEvent = { ...event, chain: row.number, sequence, previous: hash };
      hash = hashOfEvent(key, { ...placed, at: placed.at.toISOString() });
      writes.add(this.rows.insertEvent({ ...placed, hash }, manager));
    }
    writes.add(this.rows.update(stamped({ ...row, sequence, hash }, held), manager));
    return writes.done();
  }

  /** The numbers of the chains. */
  async numbers(): Promise<number[]> {
    return (await this.rows.all()).map(({ number }) => number);
  }

  /**
   * Deletes some of the oldest events of a chain, as long as they are from before a moment.
   * @param now what was recorded after it was recorded by a clock that was ahead; the events behind it tell how old it is.
   * @returns how many, and whether there may be more.
   */
  async bite(
    number: number,
    before: Date,
    now: Date,
    manager: EntityManager,
  ): Promise<{ deleted: number; isLast: boolean }> {
    const held = await this.hold(await this.rows.lock(number, manager), manager);
    const events = await this.rows.eventsAfter(number, held.row.prunedSequence, BITE_LENGTH, manager);
    const length = lengthOfPast(events, held.key, before.toISOString(), now.toISOString());
    const last = events[length - 1];
    if (last === undefined) return { deleted: 0, isLast: true };
    await this.rows.deleteUpTo(number, last.sequence, manager);
    const pruned = { ...held.row, prunedSequence: last.sequence, prunedHash: last.hash };
    await this.rows.update(stamped(pruned, held), manager);
    return { deleted: length, isLast: length < BITE_LENGTH };
  }

  /** The key of a chain. @throws UnsealError, SecretUnavailable */
  keyOf({ id, sealedKey: sealed }: Pick<AuditChain, 'id' | 'sealedKey'>): KeyObject {
    const known = this.keys.get(id);
    if (known?.sealed === sealed) return known.key;
    const key = proofKey(this.sealer.open(sealed, id));
    this.keys.set(id, { sealed, key });
    return key;
  }

  private async hold(row: AuditChain | undefined, manager: EntityManager): Promise<HeldChain> {
    if (row === undefined) throw new Error('there is no chain of audit events; a start makes them');
    const key = this.keyOf(row);
    if (row.stamp === stampOfChain(key, row)) return { row, key, isSound: true };
    this.warn(row.number);
    // Somebody has moved its end: an event needs a place of its own nevertheless.
    const highest = await this.rows.highest('sequence', row.number, manager);
    return { row: { ...row, sequence: Math.max(row.sequence, highest) }, key, isSound: false };
  }

  private warn(number: number): void {
    if (this.named.has(number)) return;
    this.named.add(number);
    this.logger.error(`The chain ${number} of the audit was altered in the database: run personas audit verify`);
  }
}

/** With its new stamp. What somebody has altered never gets one: the next event would hide it. */
function stamped(row: AuditChain, { key, isSound }: HeldChain): AuditChain {
  return isSound ? { ...row, stamp: stampOfChain(key, row) } : row;
}

/**
 * How many of the first events are past their age. The moment of an altered event tells nothing: it goes with the next one that is
 * past its age, so that whoever alters a moment does not have the server remove the event.
 */
function lengthOfPast(events: readonly ChainedRow[], key: KeyObject, before: string, now: string): number {
  let length = 0;
  for (const [at, event] of events.entries()) {
    if (event.at > now || event.hash !== hashOfEvent(key, event)) continue;
    if (event.at >= before) break;
    length = at + 1;
  }
  return length;
}
