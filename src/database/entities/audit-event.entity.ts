import { Column, Entity, Index } from 'typeorm';
import { ID_LENGTH, IdColumn, TimestampColumn } from '../columns.js';

/** An audit event: who did what to what, when and from where. Rows are append-only, and deleted only by age. */
@Entity('audit_event')
// A filtered page, newest first, is read from its index and no further.
@Index(['action', 'id'])
@Index(['outcome', 'id'])
@Index(['userId', 'id'])
@Index(['target', 'id'])
// Finds the events that are past their age, and counts those of a month without reading a row.
@Index(['at', 'action', 'outcome'])
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

  /** `jwt`, `session`, `auth-header`, `password` or `command-line`. */
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
}
