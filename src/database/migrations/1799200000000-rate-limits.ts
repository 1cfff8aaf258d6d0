import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { ID_LENGTH, TIMESTAMP_LENGTH } from '../columns.js';

const LIMIT_COLUMNS = ['request_limit', 'limit_window_seconds'];

/** The rate limits of auth headers, and what is leased of them. */
export class RateLimits1799200000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const column of LIMIT_COLUMNS) {
      await queryRunner.query(`ALTER TABLE "auth_header" ADD COLUMN "${column}" integer`);
    }
    const table = new Table({
      name: 'rate_limit_window',
      columns: [
        { name: 'id', type: 'varchar', length: ID_LENGTH, isPrimary: true },
        { name: 'window_ends', type: 'varchar', length: TIMESTAMP_LENGTH },
        { name: 'leased', type: 'integer' },
        { name: 'last_lease', type: 'integer' },
      ],
      indices: [{ columnNames: ['window_ends'] }],
    });
    await queryRunner.createTable(table);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('rate_limit_window');
    for (const column of LIMIT_COLUMNS) await queryRunner.query(`ALTER TABLE "auth_header" DROP COLUMN "${column}"`);
  }
}
