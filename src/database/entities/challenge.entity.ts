import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { HASH_LENGTH, ID_LENGTH, IdColumn, TimestampColumn } from '../columns.js';
import { User } from './user.entity.js';

/** What a client has to prove next, and what the server must remember until then. Each is good for one success. */
@Entity('challenge')
@Index(['userId'])
export class Challenge {
  @IdColumn()
  id: string;

  /** SHA-256 of the token that the client holds, in base64url. */
  @Column({ name: 'token_hash', type: 'varchar', length: HASH_LENGTH, unique: true })
  tokenHash: string;

  /** What the proof is for, such as `second-factor`. A token for one purpose is none for another. */
  @Column({ type: 'varchar', length: 20 })
  purpose: string;

  /** Null where the proof tells who the user is. */
  @Column({ name: 'user_id', type: 'varchar', length: ID_LENGTH, nullable: true })
  userId: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User> | null;

  /** The network that the token is bound to; null for none. */
  @Column({ type: 'varchar', length: 45, nullable: true })
  network: string | null;

  /** What else is needed to finish, as JSON, sealed. */
  @Column({ name: 'sealed_state', type: 'text', nullable: true })
  sealedState: string | null;

  /** The failed proofs so far. */
  @Column({ type: 'integer' })
  attempts: number;

  @Index()
  @TimestampColumn()
  expires: Date;
}
