import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

type Indexes = readonly (readonly [table: string, columnNames: string[]])[];

/** They find the events of a filter, and then sort all of them. */
const REPLACED: Indexes = [
  ['audit_event', ['user_id']],
  ['audit_event', ['target']],
];

const ADDED: Indexes = [
  // A page of a filtered list, newest first, is read from its index and no further.
  ['audit_event', ['action', 'id']],
  ['audit_event', ['outcome', 'id']],
  ['audit_event', ['user_id', 'id']],
  ['audit_event', ['target', 'id']],
  // What retention removes is found without reading the table.
  ['session', ['expires']],
  ['login_throttle', ['window_ends']],
];

/** Indexes for the filters of the audit, and for what is removed by its age. */
export class ListIndexes1796000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await drop(queryRunner, REPLACED);
    await create(queryRunner, ADDED);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await drop(queryRunner, ADDED);
    await create(queryRunner, REPLACED);
  }
}

async function create(queryRunner: QueryRunner, indexes: Indexes): Promise<void> {
  for (const [table, columnNames] of indexes) await queryRunner.createIndex(table, new TableIndex({ columnNames }));
}

async function drop(queryRunner: QueryRunner, indexes: Indexes): Promise<void> {
  for (const [table, columnNames] of indexes) {
    const name = queryRunner.connection.namingStrategy.indexName(table, columnNames);
    await queryRunner.dropIndex(table, name);
  }
}
