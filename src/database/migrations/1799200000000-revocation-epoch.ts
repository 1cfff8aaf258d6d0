import { randomUUID } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ID_LENGTH } from '../columns.js';
import { dialectOf } from '../dialect-of.js';

/**
 * The table of one row that names the history of revocations. A restored backup begins a new one, because it brings back what
 * was revoked since: every process then forgets what it remembers.
 */
export class RevocationEpoch1799200000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const columns = [
      { name: 'id', type: 'integer', isPrimary: true },
      { name: 'epoch', type: 'varchar', length: ID_LENGTH },
    ];
    await dialectOf(queryRunner.connection).createTable(queryRunner, { name: 'revocation_epoch', columns });
    await queryRunner.query('INSERT INTO revocation_epoch (id, epoch) VALUES (1, $1)', [randomUUID()]);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('revocation_epoch');
  }
}
