import type { MigrationInterface, QueryRunner } from 'typeorm';
import { VERSION } from '../../config/version.js';
import { dialectOf } from '../dialect-of.js';

const NUMBER = '1799400000000';

/**
 * The table of one row that says which version has migrated the database, and which one is the oldest that may still run. A
 * migration that takes away something that an earlier version uses must set `oldest_version`, and `oldest_schema` to the number
 * of the newest migration of that version.
 */
export class SchemaGate1799400000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const columns = [
      { name: 'id', type: 'integer', isPrimary: true },
      { name: 'version', type: 'varchar', length: '50' },
      { name: 'oldest_version', type: 'varchar', length: '50' },
      { name: 'oldest_schema', type: 'varchar', length: String(NUMBER.length) },
    ];
    await dialectOf(queryRunner.connection).createTable(queryRunner, { name: 'schema_gate', columns });
    await queryRunner.query(
      'INSERT INTO schema_gate (id, version, oldest_version, oldest_schema) VALUES (1, $1, $2, $3)',
      [VERSION, VERSION, NUMBER],
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('schema_gate');
  }
}
