import type { MigrationInterface, QueryRunner, TableColumnOptions, TableOptions } from 'typeorm';
import { dialectOf } from '../dialect-of.js';

const text = (name: string, length: number): TableColumnOptions => ({ name, type: 'varchar', length: `${length}` });
const id = (name = 'id'): TableColumnOptions => ({ ...text(name, 36), isPrimary: name === 'id' });
const moment = (name: string): TableColumnOptions => text(name, 24);
const optional = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
const unique = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isUnique: true });
const words = (name: string): TableColumnOptions => ({ name, type: 'text' });
const count = (name: string): TableColumnOptions => ({ name, type: 'integer' });

const belongsToUser: TableOptions['foreignKeys'] = [
  {
    columnNames: ['user_id'],
    referencedTableName: 'user',
    referencedColumnNames: ['id'],
    onDelete: 'CASCADE',
  },
];

const TABLES: readonly TableOptions[] = [
  {
    name: 'user',
    columns: [
      id(),
      text('username', 100),
      unique(text('username_key', 100)),
      text('email', 254),
      unique(text('email_key', 254)),
      { ...text('firstname', 100), default: "''" },
      { ...text('lastname', 100), default: "''" },
      text('password_hash', 255),
      moment('password_changed'),
      optional(moment('password_expires')),
      optional(moment('initial_password_expires')),
      words('roles'),
      optional(moment('disabled')),
      moment('created'),
    ],
  },
  {
    name: 'session',
    columns: [
      id(),
      id('user_id'),
      moment('created'),
      moment('expires'),
      optional(moment('ended')),
      text('ip', 45),
      text('network', 45),
      text('user_agent', 255),
    ],
    foreignKeys: belongsToUser,
    indices: [{ columnNames: ['user_id', 'network'] }],
  },
  {
    name: 'signing_key',
    columns: [
      id(),
      text('algorithm', 10),
      text('state', 10),
      { name: 'sealed_key', type: 'text' },
      moment('created'),
      optional(moment('retired')),
    ],
    indices: [{ columnNames: ['algorithm', 'state'], isUnique: true, where: `state <> 'retired'` }],
  },
  {
    name: 'auth_header',
    columns: [
      id(),
      id('user_id'),
      text('name', 100),
      unique(text('token_hash', 64)),
      text('masked', 20),
      optional(text('sealed_token', 255)),
      optional(unique(text('previous_token_hash', 64))),
      optional(moment('previous_token_expires')),
      words('scopes'),
      words('allowed_ips'),
      moment('created'),
      optional(moment('expires')),
      optional(moment('last_used')),
    ],
    foreignKeys: belongsToUser,
    indices: [{ columnNames: ['user_id', 'masked'], isUnique: true }, { columnNames: ['user_id', 'id'] }],
  },
  {
    name: 'audit_event',
    columns: [
      id(),
      moment('at'),
      text('action', 30),
      text('outcome', 10),
      optional(id('user_id')),
      text('username', 255),
      text('credential', 15),
      optional(id('credential_id')),
      text('ip', 45),
      text('user_agent', 255),
      optional(id('target')),
      text('detail', 255),
    ],
    indices: [{ columnNames: ['at'] }, { columnNames: ['user_id'] }, { columnNames: ['target'] }],
  },
  {
    name: 'login_throttle',
    columns: [{ ...text('budget', 60), isPrimary: true }, count('attempts'), moment('window_ends')],
  },
  {
    name: 'kitten',
    columns: [
      { ...count('id'), isPrimary: true },
      text('name', 100),
      text('breed', 100),
      count('fluffiness'),
      count('cuteness'),
      optional(moment('deleted')),
    ],
  },
];

/** Users, sessions, auth headers, signing keys, audit events, login throttles and sample kittens. */
export class FirstTables1795000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const dialect = dialectOf(queryRunner.connection);
    for (const table of TABLES) await dialect.createTable(queryRunner, table);
    await dialect.reserveSpace(queryRunner, 'login_throttle');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const { name } of TABLES.toReversed()) await queryRunner.dropTable(name);
  }
}
