import { Column, Entity, Index } from 'typeorm';
import { ID_LENGTH, IdColumn, TimestampColumn } from '../columns.js';

/** One thing that happened: who did what to what, when and from where. Rows are added, and removed only by age. */
@Entity('audit_event')
// A filtered page, newest first, is read from its index and no further.
@Index(['action', 'id'])
@Index(['outcome', 'id'])
@Index(['userId', 'id'])
@Index(['target', 'id'])
export class AuditEvent {
  @IdColumn()
  id: string;

  @Index()
  @TimestampColumn()
  at: Date;

  /** One of `AUDIT_ACTIONS`; a text here, so that the schema does not depend on the audit. */
  @Column({ type: 'varchar', length: 30 })
  action: string;

  /** One of `AUDIT_OUTCOMES`. */
  @Column({ type: 'varchar', length: 10 })
  outcome: string;

  /** Who did it; absent for somebody unknown, and for the command line. No reference: it outlives the user. */
  @Column({ name: 'user_id', type: 'varchar', length: ID_LENGTH, nullable: true })
  userId: string | null;

  /** What they called themselves, or were called. */
  @Column({ type: 'varchar', length: 255 })
  username: string;

  /** `jwt`, `auth-header`, `password` or `command-line`. */
  @Column({ type: 'varchar', length: 15 })
  credential: string;

  @Column({ name: 'credential_id', type: 'varchar', length: ID_LENGTH, nullable: true })
  credentialId: string | null;

  @Column({ type: 'varchar', length: 45 })
  ip: string;

  @Column({ name: 'user_agent', type: 'varchar', length: 255 })
  userAgent: string;

  /** The id of what it was done to: a user, a session, an auth header or a key. */
  @Column({ type: 'varchar', length: ID_LENGTH, nullable: true })
  target: string | null;

  /** What else there is to know of it, in a few words; never a secret. */
  @Column({ type: 'varchar', length: 255 })
  detail: string;
}
