import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Dialect } from './dialect.js';
import { POSTGRES_DIALECT } from './postgres/postgres-dialect.js';
import { SQLITE_DIALECT } from './sqlite/sqlite-dialect.js';

const DIALECTS: Partial<Record<DataSourceOptions['type'], Dialect>> = {
  sqlite: SQLITE_DIALECT,
  postgres: POSTGRES_DIALECT,
};

/** What the statements of a data source have to say. */
export function dialectOf({ options }: Pick<DataSource, 'options'>): Dialect {
  const dialect = DIALECTS[options.type];
  if (dialect === undefined) throw new TypeError(`no dialect of ${options.type}`);
  return dialect;
}
