import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm';
import { ID_LENGTH, TIMESTAMP_LENGTH } from '../columns.js';
import { dialectOf } from '../dialect-of.js';

/** The append-only table by which every process learns of revocations. It has no entity: no code loads or changes a row. */
export class Revocations1799000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const table: TableOptions = {
      name: 'revocation',
      columns: [
        // Without AUTOINCREMENT, SQLite would use an id again after the last row is deleted.
        { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
        { name: 'at', type: 'varchar', length: TIMESTAMP_LENGTH },
        { name: 'kind', type: 'varchar', length: '15' },
        { name: 'user_id', type: 'varchar', length: ID_LENGTH, isNullable: true },
        { name: 'subject_id', type: 'varchar', length: ID_LENGTH, isNullable: true },
      ],
      indices: [{ columnNames: ['at'] }],
    };
    const dialect = dialectOf(queryRunner.connection);
    await dialect.createTable(queryRunner, table);
    await dialect.recordTransactions(queryRunner, table.name);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('revocation');
  }
}
