import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { HASH_LENGTH, ID_LENGTH, IdColumn, TimestampColumn } from '../columns.js';
import { User } from './user.entity.js';

/** A session: one login, and all JWTs renewed from it. */
@Entity('session')
@Index(['userId', 'network'])
export class Session {
  @IdColumn()
  id: string;

  @Column({ name: 'user_id', type: 'varchar', length: ID_LENGTH })
  userId: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;

  @TimestampColumn()
  created: Date;

  /** The end of the session, which no renewal extends. */
  @Index()
  @TimestampColumn()
  expires: Date;

  /** When the session was ended early. */
  @TimestampColumn({ nullable: true })
  ended: Date | null;

  /** The address the login came from. */
  @Column({ type: 'varchar', length: 45 })
  ip: string;

  /** The network of that address. The login throttle recognises networks from which the user logged in before. */
  @Column({ type: 'varchar', length: 45 })
  network: string;

  /** The `User-Agent` of the client, truncated to fit. */
  @Column({ name: 'user_agent', type: 'varchar', length: 255 })
  userAgent: string;

  /** How the user proved who they are, in the words of RFC 8176, such as `pwd`, `otp` and `mfa`. */
  @Column({ type: 'varchar', length: 100, default: 'pwd', transformer: { to: joined, from: split } })
  amr: string[];

  /** SHA-256 of the console's cookie, in base64url; null for a session of the API. */
  @Index('session_cookie_hash', { unique: true })
  @Column({ name: 'cookie_hash', type: 'varchar', length: HASH_LENGTH, nullable: true })
  cookieHash: string | null;
}

function joined(words: readonly string[]): string {
  return words.join(' ');
}

function split(text: string): string[] {
  return text.split(' ');
}
