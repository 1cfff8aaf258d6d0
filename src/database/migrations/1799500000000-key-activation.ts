import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TIMESTAMP_LENGTH } from '../columns.js';
import { dialectOf } from '../dialect-of.js';

/** When a key began to sign. It stays unknown for keys that an earlier version has activated. */
export class KeyActivation1799500000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const type = dialectOf(queryRunner.connection).textType(Number(TIMESTAMP_LENGTH));
    await queryRunner.query(`ALTER TABLE "signing_key" ADD COLUMN "activated" ${type}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "signing_key" DROP COLUMN "activated"');
  }
}
