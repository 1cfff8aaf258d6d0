import { Table } from 'typeorm';
import type { Dialect } from '../dialect.js';

/** SQLite has one writer at a time, so that a transaction needs no lock on a row, and compares texts by their bytes. */
export const SQLITE_DIALECT: Dialect = {
  lockedInOrder: (_table, _key, condition) => condition,
  writersAtOnce: 1,
  lockingRows: '',
  lockingFreeRows: '',
  keeping: () => '',
  textType: (length) => `varchar(${length})`,
  epochSeconds: (moment) => `unixepoch(${moment})`,
  least: (one, other) => `MIN(${one}, ${other})`,
  createTable: (runner, table) => runner.createTable(new Table(table)),
  reserveSpace: () => Promise.resolve(),
  recordTransactions: () => Promise.resolve(),
};
