import { Table, type TableColumnOptions } from 'typeorm';
import type { Dialect } from '../dialect.js';

/** Compares by bytes. Another collation can change with an update of the operating system, and corrupts the indexes then. */
export const COLLATION = 'C';

const TEXT_TYPES = ['varchar', 'text'];
/** The share of a page, in percent, that is filled at first. A new version of a row then fits beside the old one. */
const FILLED_PERCENT = 70;

export const POSTGRES_DIALECT: Dialect = {
  lockedInOrder: (table, key, condition) =>
    `${key} IN (SELECT ${key} FROM ${table} WHERE ${condition} ORDER BY ${key} FOR UPDATE)`,
  writersAtOnce: 16,
  lockingRows: ' FOR NO KEY UPDATE',
  lockingFreeRows: ' FOR NO KEY UPDATE SKIP LOCKED',
  keeping: (...tables) => ` FOR SHARE OF ${tables.join(', ')}`,
  textType: (length) => `varchar(${length}) COLLATE "${COLLATION}"`,
  epochSeconds: (moment) => `EXTRACT(EPOCH FROM CAST(${moment} AS timestamptz))`,
  least: (one, other) => `LEAST(${one}, ${other})`,
  createTable: (runner, table) =>
    runner.createTable(new Table({ ...table, columns: (table.columns ?? []).map(columnOf) })),
  reserveSpace: async (runner, table) => {
    await runner.query(`ALTER TABLE "${table}" SET (fillfactor = ${FILLED_PERCENT})`);
  },
  recordTransactions: async (runner, table) => {
    await runner.query(`ALTER TABLE "${table}" ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id()`);
    await runner.query(`CREATE INDEX "IDX_${table}_xid" ON "${table}" (xid)`);
  },
};

function columnOf(column: TableColumnOptions): TableColumnOptions {
  if (TEXT_TYPES.includes(column.type)) return { ...column, collation: COLLATION };
  if (column.isGenerated !== true) return column;
  return { ...column, type: 'bigint', generationStrategy: 'identity', generatedIdentity: 'ALWAYS' };
}
