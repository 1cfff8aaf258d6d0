import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect-of.js';

const KIND_LENGTH = 10;

/** Users of the kind `service`. An earlier version that runs beside this one adds persons. */
export class UserKind1799700000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const type = dialectOf(queryRunner.connection).textType(KIND_LENGTH);
    await queryRunner.query(`ALTER TABLE "user" ADD COLUMN "kind" ${type} NOT NULL DEFAULT 'person'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "user" DROP COLUMN "kind"');
  }
}
