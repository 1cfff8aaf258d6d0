import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { dialectOf } from '../database/dialect-of.js';
import { AuditChain } from '../database/entities/audit-chain.entity.js';
import { AuditEvent } from '../database/entities/audit-event.entity.js';
import { PreparedInsert } from '../database/prepared/prepared-change.js';
import { PreparedSql } from '../database/prepared/prepared-sql.js';
import type { HashedEvent } from './audit-proof.js';

const CHAIN = `SELECT id, number, chains, began_after AS "beganAfter", sequence, hash, pruned_sequence AS "prunedSequence",
  pruned_hash AS "prunedHash", sealed_key AS "sealedKey", stamp FROM audit_chain`;
const EVENT = `SELECT chain, sequence, previous, hash, id, at, action, outcome, user_id AS "userId", username, credential,
  credential_id AS "credentialId", ip, user_agent AS "userAgent", target, detail FROM audit_event`;
const CHANGED = ['chains', 'sequence', 'hash', 'prunedSequence', 'prunedHash', 'stamp', 'id'] as const;

/** An event as the database holds it, with a hash that may be another's. */
export type ChainedRow = HashedEvent & { readonly hash: string };

/** The rows of the chains, and of the events in their order. Written out, since every change asks. */
@Injectable()
export class AuditChainRepository {
  private readonly insertion: PreparedInsert<AuditEvent>;
  private readonly change: PreparedSql<(typeof CHANGED)[number]>;
  private readonly free: string;
  private readonly locked: string;
  /** How many chains there should be. */
  readonly wanted: number;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    const { lockingFreeRows, lockingRows, writersAtOnce } = dialectOf(dataSource);
    this.insertion = new PreparedInsert(dataSource.getRepository(AuditEvent));
    this.change = new PreparedSql(
      dataSource,
      `UPDATE audit_chain SET chains = :chains, sequence = :sequence, hash = :hash, pruned_sequence = :prunedSequence,
       pruned_hash = :prunedHash, stamp = :stamp WHERE id = :id`,
      CHANGED,
    );
    // The lowest of them: a database with few writers needs few chains.
    this.free = `${CHAIN} ORDER BY number LIMIT 1${lockingFreeRows}`;
    this.locked = `${CHAIN} WHERE number = $1${lockingRows}`;
    this.wanted = writersAtOnce;
  }

  /** All chains. */
  all(manager: EntityManager = this.dataSource.manager): Promise<AuditChain[]> {
    return manager.query(`${CHAIN} ORDER BY number`);
  }

  /** A chain that no other transaction has locked, locked until the end of this one. */
  async takeFree(manager: EntityManager): Promise<AuditChain | undefined> {
    const [row] = await manager.query<AuditChain[]>(this.free);
    return row;
  }

  /** The chain of a number, locked until the end of the transaction. */
  async lock(number: number, manager: EntityManager): Promise<AuditChain | undefined> {
    const [row] = await manager.query<AuditChain[]>(this.locked, [number]);
    return row;
  }

  async insert(chain: AuditChain, manager: EntityManager): Promise<void> {
    await manager.insert(AuditChain, chain);
  }

  /** Changes all of a chain that changes. */
  async update(chain: AuditChain, manager: EntityManager): Promise<void> {
    await manager.query(this.change.text, this.change.values(chain));
  }

  async insertEvent(event: AuditEvent, manager: EntityManager): Promise<void> {
    await this.insertion.execute(manager, event);
  }

  /** The first events of a chain after a place. */
  eventsAfter(chain: number, sequence: number, limit: number, manager: EntityManager): Promise<ChainedRow[]> {
    const after = `${EVENT} WHERE chain = $1 AND sequence > $2 ORDER BY sequence LIMIT ${limit}`;
    return manager.query(after, [chain, sequence]);
  }

  /** Deletes the events of a chain up to a place. */
  async deleteUpTo(chain: number, sequence: number, manager: EntityManager): Promise<void> {
    await manager.query('DELETE FROM audit_event WHERE chain = $1 AND sequence <= $2', [chain, sequence]);
  }

  /** The last place in a chain that is taken, or the highest number of a chain that an event names; 0 without one. */
  async highest(of: 'sequence' | 'chain', chain: number, manager: EntityManager): Promise<number> {
    const [row] = await manager.query<{ highest: number | null }[]>(
      of === 'sequence'
        ? 'SELECT MAX(sequence) AS highest FROM audit_event WHERE chain = $1'
        : 'SELECT MAX(chain) AS highest FROM audit_event WHERE chain >= $1',
      [chain],
    );
    return row?.highest ?? 0;
  }

  /** The id of the newest event that has no place in a chain; empty if there is none. */
  async newestUnplaced(manager: EntityManager): Promise<string> {
    const [row] = await manager.query<{ id: string | null }[]>(
      'SELECT MAX(id) AS id FROM audit_event WHERE chain IS NULL',
    );
    return row?.id ?? '';
  }

  /** Some events, by their ids, that are in none of the chains. */
  strays(chains: readonly number[], after: string, limit: number, manager: EntityManager): Promise<ChainedRow[]> {
    const known = chains.length === 0 ? '' : ` OR chain NOT IN (${chains.map(Number).join(', ')})`;
    const stray = `(chain IS NULL OR sequence IS NULL${known})`;
    return manager.query(`${EVENT} WHERE id > $1 AND ${stray} ORDER BY id LIMIT ${limit}`, [after]);
  }

  /** How many events there are. */
  async count(manager: EntityManager): Promise<number> {
    return manager.count(AuditEvent);
  }
}
