import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { TimestampColumn } from '../columns.js';

/** The attempts counted against one budget of the rate limiter. */
@Entity('login_throttle')
export class LoginThrottle {
  /** The key of the budget: its kind and a hash of the account or network, so that the table reveals no names. */
  @PrimaryColumn({ type: 'varchar', length: 60 })
  budget: string;

  @Column({ type: 'integer' })
  attempts: number;

  /** When the window ends and the counter resets. */
  @Index()
  @TimestampColumn({ name: 'window_ends' })
  windowEnds: Date;
}
