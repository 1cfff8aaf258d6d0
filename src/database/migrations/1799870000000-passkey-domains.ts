import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect-of.js';

/** The domain of each passkey. */
export class PasskeyDomains1799870000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const type = dialectOf(queryRunner.connection).textType(253);
    await queryRunner.query(`ALTER TABLE "factor" ADD COLUMN "rp_id" ${type}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "factor" DROP COLUMN "rp_id"');
  }
}
