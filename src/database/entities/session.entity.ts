import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { ID_LENGTH, IdColumn, TimestampColumn } from '../columns.js';
import { User } from './user.entity.js';

/** One login, and all JWTs renewed from it. */
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

  /** The end that no renewal moves. */
  @Index()
  @TimestampColumn()
  expires: Date;

  /** When it was ended before its time. */
  @TimestampColumn({ nullable: true })
  ended: Date | null;

  /** The address the login came from. */
  @Column({ type: 'varchar', length: 45 })
  ip: string;

  /** The network that address is in, by which a login from where the user has been before is known. */
  @Column({ type: 'varchar', length: 45 })
  network: string;

  /** The client's own name for itself (`User-Agent`), cut to fit. */
  @Column({ name: 'user_agent', type: 'varchar', length: 255 })
  userAgent: string;
}
