import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { ID_LENGTH, TIMESTAMP_LENGTH } from '../columns.js';

/** The append-only table by which every process learns of revocations. It has no entity: no code loads or changes a row. */
export class Revocations1799000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const table = new Table({
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
    });
    await queryRunner.createTable(table);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('revocation');
  }
}
