import { Column, Entity, Index } from 'typeorm';
import { ID_LENGTH, IdColumn, TimestampColumn } from '../columns.js';

/** A mail that is to be sent, or was. It is queued in the transaction of the change that it tells of. */
@Entity('mail')
export class Mail {
  @IdColumn()
  id: string;

  @TimestampColumn()
  created: Date;

  /** The recipient, what the mail says and the token of its link, as JSON, sealed; null once it is finished. */
  @Column({ name: 'sealed_content', type: 'text', nullable: true })
  sealedContent: string | null;

  /** What there is to be one mail about, such as the end of an auth header; null for a mail that is only queued once. */
  @Column({ name: 'subject_key', type: 'varchar', length: 100, nullable: true, unique: true })
  subjectKey: string | null;

  /** How often a process began to send it. */
  @Column({ type: 'integer' })
  attempts: number;

  /** From when on a process may send it: later for each failure, and the end of the lease meanwhile. Null once it is finished. */
  @Index()
  @TimestampColumn({ nullable: true })
  due: Date | null;

  /** The attempt that sends it. Another attempt has another one. */
  @Column({ type: 'varchar', length: ID_LENGTH, nullable: true })
  lease: string | null;

  /** When it is not worth sending any more. */
  @TimestampColumn()
  expires: Date;

  /** When it was sent, or given up. */
  @Index()
  @TimestampColumn({ nullable: true })
  finished: Date | null;
}
