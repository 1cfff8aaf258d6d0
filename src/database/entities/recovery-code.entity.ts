import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { HASH_LENGTH, ID_LENGTH, IdColumn, TimestampColumn } from '../columns.js';
import { User } from './user.entity.js';

/** A code that stands in for a second factor once. */
@Entity('recovery_code')
@Index(['userId'])
export class RecoveryCode {
  @IdColumn()
  id: string;

  @Column({ name: 'user_id', type: 'varchar', length: ID_LENGTH })
  userId: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;

  /** SHA-256, in base64url. The code has 120 random bits, so no slow hash is needed. */
  @Column({ name: 'code_hash', type: 'varchar', length: HASH_LENGTH, unique: true })
  codeHash: string;

  @TimestampColumn()
  created: Date;

  @TimestampColumn({ nullable: true })
  used: Date | null;
}
