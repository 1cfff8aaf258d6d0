import type { MigrationInterface, QueryRunner, TableColumnOptions, TableOptions } from 'typeorm';
import { HASH_LENGTH, ID_LENGTH, TIMESTAMP_LENGTH } from '../columns.js';
import { dialectOf } from '../dialect-of.js';

const text = (name: string, length: number | string): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
});
const id = (name: string): TableColumnOptions => text(name, ID_LENGTH);
const moment = (name: string): TableColumnOptions => text(name, TIMESTAMP_LENGTH);
const optional = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
const unique = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isUnique: true });
const primary = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isPrimary: true });

const ofUser: Pick<TableOptions, 'foreignKeys' | 'indices'> = {
  foreignKeys: [
    { columnNames: ['user_id'], referencedTableName: 'user', referencedColumnNames: ['id'], onDelete: 'CASCADE' },
  ],
  indices: [{ columnNames: ['user_id'] }],
};

const TABLES: readonly TableOptions[] = [
  {
    name: 'factor',
    columns: [
      primary(id('id')),
      id('user_id'),
      text('kind', 10),
      text('name', 100),
      moment('created'),
      optional(moment('last_used')),
      optional(text('sealed_secret', 255)),
      optional({ name: 'last_step', type: 'integer' }),
      optional(unique(text('credential_id', 1400))),
      optional({ name: 'public_key', type: 'text' }),
      optional(text('sign_count', 10)),
      optional({ name: 'transports', type: 'text' }),
      optional(text('device_type', 15)),
      optional({ name: 'backed_up', type: 'integer' }),
      optional(id('aaguid')),
    ],
    ...ofUser,
  },
  {
    name: 'recovery_code',
    columns: [
      primary(id('id')),
      id('user_id'),
      unique(text('code_hash', HASH_LENGTH)),
      moment('created'),
      optional(moment('used')),
    ],
    ...ofUser,
  },
  {
    name: 'challenge',
    columns: [
      primary(id('id')),
      unique(text('token_hash', HASH_LENGTH)),
      text('purpose', 20),
      optional(id('user_id')),
      optional(text('network', 45)),
      optional({ name: 'sealed_state', type: 'text' }),
      { name: 'attempts', type: 'integer' },
      moment('expires'),
    ],
    foreignKeys: ofUser.foreignKeys ?? [],
    indices: [{ columnNames: ['user_id'] }, { columnNames: ['expires'] }],
  },
];

/** Second factors, recovery codes, and what is to be proved next; how each session was proved. */
export class Factors1799800000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const dialect = dialectOf(queryRunner.connection);
    for (const table of TABLES) await dialect.createTable(queryRunner, table);
    // Every session before this version began with a password alone.
    await queryRunner.query(`ALTER TABLE "session" ADD COLUMN "amr" ${dialect.textType(100)} NOT NULL DEFAULT 'pwd'`);
    const handle = dialect.textType(Number(HASH_LENGTH));
    await queryRunner.query(`ALTER TABLE "user" ADD COLUMN "passkey_handle" ${handle}`);
    await queryRunner.query('CREATE UNIQUE INDEX "user_passkey_handle" ON "user" ("passkey_handle")');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX "user_passkey_handle"');
    await queryRunner.query('ALTER TABLE "user" DROP COLUMN "passkey_handle"');
    await queryRunner.query('ALTER TABLE "session" DROP COLUMN "amr"');
    for (const { name } of TABLES.toReversed()) await queryRunner.dropTable(name);
  }
}
