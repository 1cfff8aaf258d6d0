import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { ID_LENGTH, IdColumn, TimestampColumn } from '../columns.js';
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
}
