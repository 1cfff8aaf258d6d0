import { Column, Entity, PrimaryColumn } from 'typeorm';
import { TimestampColumn } from '../columns.js';

/** The sample resource. A deleted kitten stays as a row, so that it can be told from one that never was. */
@Entity('kitten')
export class Kitten {
  @PrimaryColumn({ type: 'integer' })
  id: number;

  @Column({ type: 'varchar', length: 100 })
  name: string;

  @Column({ type: 'varchar', length: 100 })
  breed: string;

  @Column({ type: 'integer' })
  fluffiness: number;

  @Column({ type: 'integer' })
  cuteness: number;

  @TimestampColumn({ nullable: true })
  deleted: Date | null;
}
