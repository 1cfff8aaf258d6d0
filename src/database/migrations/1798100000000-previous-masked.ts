import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect-of.js';

/**
 * The masked form of the token before the last rotation, so that it can be shown and named while it is accepted. It stays
 * unknown for tokens that were rotated before: only their hash was kept.
 */
export class PreviousMasked1798100000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const type = dialectOf(queryRunner.connection).textType(20);
    await queryRunner.query(`ALTER TABLE "auth_header" ADD COLUMN "previous_masked" ${type}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "auth_header" DROP COLUMN "previous_masked"');
  }
}
