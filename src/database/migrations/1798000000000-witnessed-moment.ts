import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TIMESTAMP_LENGTH } from '../columns.js';
import { dialectOf } from '../dialect-of.js';

/** The table behind `PruningClock`. */
export class WitnessedMoment1798000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const columns = [
      { name: 'id', type: 'integer', isPrimary: true },
      { name: 'moment', type: 'varchar', length: TIMESTAMP_LENGTH },
    ];
    await dialectOf(queryRunner.connection).createTable(queryRunner, { name: 'witnessed_moment', columns });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('witnessed_moment');
  }
}
