import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ID_LENGTH, TIMESTAMP_LENGTH } from '../columns.js';
import { dialectOf } from '../dialect-of.js';

const LIMIT_COLUMNS = ['request_limit', 'limit_window_seconds'];

/** The rate limits of auth headers, and what is leased of them. */
export class RateLimits1799300000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const column of LIMIT_COLUMNS) {
      await queryRunner.query(`ALTER TABLE "auth_header" ADD COLUMN "${column}" integer`);
    }
    const dialect = dialectOf(queryRunner.connection);
    await dialect.createTable(queryRunner, {
      name: 'rate_limit_window',
      columns: [
        { name: 'id', type: 'varchar', length: ID_LENGTH, isPrimary: true },
        { name: 'window_ends', type: 'varchar', length: TIMESTAMP_LENGTH },
        { name: 'leased', type: 'integer' },
        { name: 'last_lease', type: 'integer' },
      ],
      indices: [{ columnNames: ['window_ends'] }],
    });
    await dialect.reserveSpace(queryRunner, 'rate_limit_window');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('rate_limit_window');
    for (const column of LIMIT_COLUMNS) await queryRunner.query(`ALTER TABLE "auth_header" DROP COLUMN "${column}"`);
  }
}
