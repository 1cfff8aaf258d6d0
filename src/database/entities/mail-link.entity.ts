import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { HASH_LENGTH, ID_LENGTH, IdColumn, TimestampColumn } from '../columns.js';
import { User } from './user.entity.js';

/** The link of a mail, whose token is good once. */
@Entity('mail_link')
@Index(['userId'])
export class MailLink {
  @IdColumn()
  id: string;

  /** SHA-256 of the token, in base64url. */
  @Column({ name: 'token_hash', type: 'varchar', length: HASH_LENGTH, unique: true })
  tokenHash: string;

  /** What it does, such as `reset`. A token for one purpose is none for another. */
  @Column({ type: 'varchar', length: 20 })
  purpose: string;

  /** Null for one that does nothing: an address of nobody gets the same rows as that of a user. */
  @Column({ name: 'user_id', type: 'varchar', length: ID_LENGTH, nullable: true })
  userId: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User> | null;

  /** The address that the mail was sent to. */
  @Column({ type: 'varchar', length: 254 })
  email: string;

  @Index()
  @TimestampColumn()
  expires: Date;
}
