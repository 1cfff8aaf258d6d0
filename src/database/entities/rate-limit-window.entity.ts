import { Column, Entity, Index } from 'typeorm';
import { IdColumn, TimestampColumn } from '../columns.js';

/** The latest window in which permits of an auth header's rate limit were leased. */
@Entity('rate_limit_window')
export class RateLimitWindow {
  /** The id of the auth header. */
  @IdColumn()
  id: string;

  @Index()
  @TimestampColumn({ name: 'window_ends' })
  windowEnds: Date;

  /** The permits of the window that all processes together have leased, whether or not they have used them. */
  @Column({ type: 'integer' })
  leased: number;

  /** How many of them the last lease got: a statement cannot return what a column held before it. */
  @Column({ name: 'last_lease', type: 'integer' })
  lastLease: number;
}
