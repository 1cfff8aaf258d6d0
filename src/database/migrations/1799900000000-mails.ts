import type { MigrationInterface, QueryRunner, TableColumnOptions, TableOptions } from 'typeorm';
import { HASH_LENGTH, ID_LENGTH, TIMESTAMP_LENGTH } from '../columns.js';
import { dialectOf } from '../dialect-of.js';

const text = (name: string, length: number | string): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
});
const moment = (name: string): TableColumnOptions => text(name, TIMESTAMP_LENGTH);
const optional = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
const unique = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isUnique: true });
const ID: TableColumnOptions = { ...text('id', ID_LENGTH), isPrimary: true };

const TABLES: readonly TableOptions[] = [
  {
    name: 'mail',
    columns: [
      ID,
      moment('created'),
      optional({ name: 'sealed_content', type: 'text' }),
      optional(unique(text('subject_key', 100))),
      { name: 'attempts', type: 'integer' },
      optional(moment('due')),
      optional(text('lease', ID_LENGTH)),
      moment('expires'),
      optional(moment('finished')),
    ],
    indices: [{ columnNames: ['due'] }, { columnNames: ['finished'] }],
  },
  {
    name: 'mail_link',
    columns: [
      ID,
      unique(text('token_hash', HASH_LENGTH)),
      text('purpose', 20),
      optional(text('user_id', ID_LENGTH)),
      text('email', 254),
      moment('expires'),
    ],
    foreignKeys: [
      { columnNames: ['user_id'], referencedTableName: 'user', referencedColumnNames: ['id'], onDelete: 'CASCADE' },
    ],
    indices: [{ columnNames: ['user_id'] }, { columnNames: ['expires'] }],
  },
];

/** The queue of mails, the links in them, and what mails need to know of a user. */
export class Mails1799900000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const dialect = dialectOf(queryRunner.connection);
    for (const table of TABLES) await dialect.createTable(queryRunner, table);
    await queryRunner.query(`ALTER TABLE "user" ADD COLUMN "language" ${dialect.textType(10)}`);
    await queryRunner.query(`ALTER TABLE "user" ADD COLUMN "email_confirmed" ${dialect.textType(24)}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "user" DROP COLUMN "email_confirmed"');
    await queryRunner.query('ALTER TABLE "user" DROP COLUMN "language"');
    for (const { name } of TABLES.toReversed()) await queryRunner.dropTable(name);
  }
}
