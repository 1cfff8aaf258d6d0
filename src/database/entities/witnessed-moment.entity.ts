import { Entity, PrimaryColumn } from 'typeorm';
import { TimestampColumn } from '../columns.js';

/** The id of the one row. */
export const THE_ONLY_ROW = 1;

/** The latest time that a server of this database has witnessed. `PruningClock` says how. */
@Entity('witnessed_moment')
export class WitnessedMoment {
  @PrimaryColumn({ type: 'integer' })
  id: number;

  @TimestampColumn()
  moment: Date;
}
