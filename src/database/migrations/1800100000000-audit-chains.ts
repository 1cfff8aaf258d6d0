import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';
import { HASH_LENGTH, ID_LENGTH } from '../columns.js';
import { dialectOf } from '../dialect-of.js';

const PLACE = ['chain', 'sequence'];
const COLUMNS = ['chain', 'sequence', 'previous', 'hash'];

/** The chains of audit events. The rows of the chains need the secret, so that a start makes them. */
export class AuditChains1800100000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const dialect = dialectOf(queryRunner.connection);
    const hash = { type: 'varchar', length: HASH_LENGTH };
    const place = { type: 'double precision' };
    await dialect.createTable(queryRunner, {
      name: 'audit_chain',
      columns: [
        { name: 'id', type: 'varchar', length: ID_LENGTH, isPrimary: true },
        { name: 'number', type: 'integer' },
        { name: 'chains', type: 'integer' },
        { name: 'began_after', type: 'varchar', length: ID_LENGTH },
        { name: 'sequence', ...place },
        { name: 'hash', ...hash },
        { name: 'pruned_sequence', ...place },
        { name: 'pruned_hash', ...hash },
        { name: 'sealed_key', type: 'text' },
        { name: 'stamp', ...hash },
      ],
      indices: [{ columnNames: ['number'], isUnique: true }],
    });
    await dialect.reserveSpace(queryRunner, 'audit_chain');
    const text = dialect.textType(Number(HASH_LENGTH));
    const types = ['integer', 'double precision', text, text];
    for (const [at, column] of COLUMNS.entries()) {
      await queryRunner.query(`ALTER TABLE "audit_event" ADD COLUMN "${column}" ${types[at]}`);
    }
    await queryRunner.createIndex('audit_event', new TableIndex({ columnNames: PLACE, isUnique: true }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { namingStrategy } = queryRunner.connection;
    await queryRunner.dropIndex('audit_event', namingStrategy.indexName('audit_event', PLACE));
    for (const column of COLUMNS.toReversed()) {
      await queryRunner.query(`ALTER TABLE "audit_event" DROP COLUMN "${column}"`);
    }
    await queryRunner.dropTable('audit_chain');
  }
}
