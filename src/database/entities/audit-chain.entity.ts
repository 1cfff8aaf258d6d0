import { Column, Entity, Index } from 'typeorm';
import { HASH_LENGTH, ID_LENGTH, IdColumn } from '../columns.js';

/**
 * The end of a chain of audit events, and how far the chain was pruned. Transactions that record at once append to different chains.
 * A stamp covers everything but the key, so that only the server can move either end.
 */
@Entity('audit_chain')
export class AuditChain {
  @IdColumn()
  id: string;

  /** What events call the chain. */
  @Index({ unique: true })
  @Column({ type: 'integer' })
  number: number;

  /** How many chains there are: a row that is gone is missed. */
  @Column({ type: 'integer' })
  chains: number;

  /** The id of the newest event that was recorded before there were chains; empty if there was none. */
  @Column({ name: 'began_after', type: 'varchar', length: ID_LENGTH })
  beganAfter: string;

  /** The place of the newest event; 0 if there was none yet. */
  @Column({ type: 'double precision' })
  sequence: number;

  /** The hash of the newest event; empty if there was none yet. */
  @Column({ type: 'varchar', length: HASH_LENGTH })
  hash: string;

  /** The place of the newest event that was deleted for its age; 0 if there was none yet. */
  @Column({ name: 'pruned_sequence', type: 'double precision' })
  prunedSequence: number;

  /** The hash of that event; empty if there was none yet. */
  @Column({ name: 'pruned_hash', type: 'varchar', length: HASH_LENGTH })
  prunedHash: string;

  /** The key of the hashes and of the stamp: 256 random bits in base64url, sealed. */
  @Column({ name: 'sealed_key', type: 'text' })
  sealedKey: string;

  @Column({ type: 'varchar', length: HASH_LENGTH })
  stamp: string;
}
