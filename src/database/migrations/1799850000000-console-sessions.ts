import type { MigrationInterface, QueryRunner } from 'typeorm';
import { HASH_LENGTH } from '../columns.js';
import { dialectOf } from '../dialect-of.js';

/** The cookies of sessions in the console. */
export class ConsoleSessions1799850000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const type = dialectOf(queryRunner.connection).textType(Number(HASH_LENGTH));
    await queryRunner.query(`ALTER TABLE "session" ADD COLUMN "cookie_hash" ${type}`);
    await queryRunner.query('CREATE UNIQUE INDEX "session_cookie_hash" ON "session" ("cookie_hash")');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX "session_cookie_hash"');
    await queryRunner.query('ALTER TABLE "session" DROP COLUMN "cookie_hash"');
  }
}
