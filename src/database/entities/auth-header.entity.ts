import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { ID_LENGTH, IdColumn, TimestampColumn, StringListColumn } from '../columns.js';
import { User } from './user.entity.js';

/** A named, long-lived token for programs. */
@Entity('auth_header')
@Index(['userId', 'masked'], { unique: true })
@Index(['userId', 'id'])
@Index(['expires'])
export class AuthHeader {
  @IdColumn()
  id: string;

  @Column({ name: 'user_id', type: 'varchar', length: ID_LENGTH })
  userId: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;

  @Column({ type: 'varchar', length: 100 })
  name: string;

  /** SHA-256 of the token, in hex. */
  @Column({ name: 'token_hash', type: 'varchar', length: 64, unique: true })
  tokenHash: string;

  /** The first and last characters of the token, which identify it among the owner's auth headers. */
  @Column({ type: 'varchar', length: 20 })
  masked: string;

  /** The sealed token; null if the token is revealed only once. */
  @Column({ name: 'sealed_token', type: 'varchar', length: 255, nullable: true })
  sealedToken: string | null;

  /** The hash of the token before the last rotation, like {@link tokenHash}; valid until {@link previousTokenExpires}. */
  @Column({ name: 'previous_token_hash', type: 'varchar', length: 64, nullable: true, unique: true })
  previousTokenHash: string | null;

  /** The masked form of the token before the last rotation, like {@link masked}. */
  @Column({ name: 'previous_masked', type: 'varchar', length: 20, nullable: true })
  previousMasked: string | null;

  @TimestampColumn({ name: 'previous_token_expires', nullable: true })
  previousTokenExpires: Date | null;

  @StringListColumn()
  scopes: string[];

  /** The addresses and networks (CIDR) it may be used from; empty for any. */
  @StringListColumn({ name: 'allowed_ips' })
  allowedIps: string[];

  /** The rate limit: how many requests in {@link limitWindowSeconds}; null for none. */
  @Column({ name: 'request_limit', type: 'integer', nullable: true })
  requestLimit: number | null;

  @Column({ name: 'limit_window_seconds', type: 'integer', nullable: true })
  limitWindowSeconds: number | null;

  @TimestampColumn()
  created: Date;

  @TimestampColumn({ nullable: true })
  expires: Date | null;

  @TimestampColumn({ name: 'last_used', nullable: true })
  lastUsed: Date | null;
}
