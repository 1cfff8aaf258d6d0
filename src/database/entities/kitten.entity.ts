import { Column, Entity, PrimaryColumn } from 'typeorm';
import { TimestampColumn } from '../columns.js';

/** The sample resource. The row of a deleted kitten remains, so that a deleted kitten differs from an unknown one. */
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
