import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { TimestampColumn } from '../columns.js';

/** How many attempts one budget has seen. */
@Entity('login_throttle')
export class LoginThrottle {
  /** Which budget it is: its kind and a hash of whom it binds, so that the table tells no names. */
  @PrimaryColumn({ type: 'varchar', length: 60 })
  budget: string;

  @Column({ type: 'integer' })
  attempts: number;

  /** When the budget is full again. */
  @Index()
  @TimestampColumn({ name: 'window_ends' })
  windowEnds: Date;
}
