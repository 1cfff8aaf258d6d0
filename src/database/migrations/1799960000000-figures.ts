import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';
import { dialectOf } from '../dialect-of.js';
import { USE_COUNT_ID_LENGTH } from '../entities/use-count.entity.js';

const ALONE = ['at'];
/** The events of a month are counted by reading the index alone. Its first column still finds those that are past their age. */
const COUNTED = ['at', 'action', 'outcome'];

/** What the page of figures counts. */
export class Figures1799960000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await dialectOf(queryRunner.connection).createTable(queryRunner, {
      name: 'use_count',
      columns: [
        { name: 'id', type: 'varchar', length: String(USE_COUNT_ID_LENGTH), isPrimary: true },
        { name: 'requests', type: 'double precision' },
      ],
    });
    await replaceIndex(queryRunner, ALONE, COUNTED);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await replaceIndex(queryRunner, COUNTED, ALONE);
    await queryRunner.dropTable('use_count');
  }
}

async function replaceIndex(queryRunner: QueryRunner, from: string[], to: string[]): Promise<void> {
  await queryRunner.createIndex('audit_event', new TableIndex({ columnNames: to }));
  await queryRunner.dropIndex('audit_event', queryRunner.connection.namingStrategy.indexName('audit_event', from));
}
