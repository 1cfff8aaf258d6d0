import { Column, Entity, Index } from 'typeorm';
import { HASH_LENGTH, ID_LENGTH, IdColumn, TimestampColumn } from '../columns.js';

/** An audit event: who did what to what, when and from where. Rows are append-only, and deleted only by age. */
@Entity('audit_event')
// A filtered page, newest first, is read from its index and no further.
@Index(['action', 'id'])
@Index(['outcome', 'id'])
@Index(['userId', 'id'])
@Index(['target', 'id'])
// Finds the events that are past their age, and counts those of a month without reading a row.
@Index(['at', 'action', 'outcome'])
// Reads a chain in its order, and lets no place be taken twice.
@Index(['chain', 'sequence'], { unique: true })
export class AuditEvent {
  @IdColumn()
  id: string;

  @TimestampColumn()
  at: Date;

  /** One of `AUDIT_ACTIONS`; a plain string, so that the schema does not depend on the audit module. */
  @Column({ type: 'varchar', length: 30 })
  action: string;

  /** One of `AUDIT_OUTCOMES`. */
  @Column({ type: 'varchar', length: 10 })
  outcome: string;

  /** The actor; null if unknown, and for the command line. Not a foreign key, because the event outlives the user. */
  @Column({ name: 'user_id', type: 'varchar', length: ID_LENGTH, nullable: true })
  userId: string | null;

  /** The actor's name: the one claimed at a login, or the username. */
  @Column({ type: 'varchar', length: 255 })
  username: string;

  /** The kind, as `Actor` has it. */
  @Column({ type: 'varchar', length: 15 })
  credential: string;

  @Column({ name: 'credential_id', type: 'varchar', length: ID_LENGTH, nullable: true })
  credentialId: string | null;

  @Column({ type: 'varchar', length: 45 })
  ip: string;

  @Column({ name: 'user_agent', type: 'varchar', length: 255 })
  userAgent: string;

  /** The id of the object of the action: a user, a session, an auth header or a key. */
  @Column({ type: 'varchar', length: ID_LENGTH, nullable: true })
  target: string | null;

  /** Further details in a few words; never a secret. */
  @Column({ type: 'varchar', length: 255 })
  detail: string;

  /** The number of its chain. Null, as are the next three, in an event that was recorded before there were chains. */
  @Column({ type: 'integer', nullable: true })
  chain: number | null;

  /** Its place in the chain, from 1: a whole number. PostgreSQL's driver gives an integer of 64 bits as a text. */
  @Column({ type: 'double precision', nullable: true })
  sequence: number | null;

  /** The hash of the event before it in the chain; empty for the first. */
  @Column({ type: 'varchar', length: HASH_LENGTH, nullable: true })
  previous: string | null;

  /** HMAC-SHA-256 of all other columns, with the key of the chain, in base64url. */
  @Column({ type: 'varchar', length: HASH_LENGTH, nullable: true })
  hash: string | null;
}
