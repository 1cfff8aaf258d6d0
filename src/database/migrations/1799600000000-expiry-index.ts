import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

const COLUMNS = ['expires'];

/** Those auth headers of a large table that expire soon are found without reading the others. */
export class ExpiryIndex1799600000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createIndex('auth_header', new TableIndex({ columnNames: COLUMNS }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropIndex('auth_header', queryRunner.connection.namingStrategy.indexName('auth_header', COLUMNS));
  }
}
