import { createHash } from 'node:crypto';
import type { DataSource, EntityMetadata, EntityManager } from 'typeorm';
import { DatabaseFault } from './database-kind.js';
import { executedMigrations } from './migrate.js';
import { compareMigrations } from './schema-gate.js';
import { ENTITIES } from './schema.js';

/** Both databases take this many values in one statement, at the most columns that a table has. */
const BATCH_LENGTH = 500;

type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;

/** A copied table. */
export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
}

/** Is told how many rows of a table have been copied so far, and how many it has. */
export type Progress = (table: string, copied: number, of: number) => void;

/**
 * Copies all rows of a database into an empty one of the same schema: all in one transaction, or none. Sealed values stay
 * sealed, and every credential stays valid. The rows are read back and compared before the commit.
 * @param source is only read, as it was when the copy began.
 * @returns the tables, with the number of their rows.
 * @throws DatabaseFault if the schemas differ, the target has rows, a row does not fit, or the rows that were read back differ.
 */
export async function copyDatabase(
  source: DataSource,
  target: DataSource,
  onProgress: Progress,
): Promise<CopiedTable[]> {
  await Promise.all([refuseOtherSchema(source), refuseOtherSchema(target)]);
  // Parents come before the rows that refer to them.
  const tables = ENTITIES.map((entity) => target.getMetadata(entity));
  await refuseRows(target, tables);
  const reader = source.createQueryRunner();
  try {
    await reader.startTransaction('SERIALIZABLE');
    return await target.transaction(async (writer) => {
      const copied: CopiedTable[] = [];
      for (const table of tables) copied.push(await copyTable(reader.manager, writer, table, onProgress));
      return copied;
    });
  } finally {
    if (reader.isTransactionActive) await reader.rollbackTransaction();
    await reader.release();
  }
}

/** @throws DatabaseFault unless the database has the schema of this version, which a target has once it is opened */
export async function refuseOtherSchema(source: DataSource): Promise<void> {
  const { pending, isNewer } = compareMigrations(source, await executedMigrations(source));
  if (pending.length === 0 && !isNewer) return;
  throw new DatabaseFault(
    'the database has another schema than this version: start the server on it once, to migrate it',
  );
}

async function refuseRows({ manager }: DataSource, tables: readonly EntityMetadata[]): Promise<void> {
  for (const { target, tableName } of tables) {
    if (await manager.exists(target)) {
      throw new DatabaseFault(`the target is not empty: its table ${tableName} has rows. Nothing was copied`);
    }
  }
}

async function copyTable(
  source: EntityManager,
  target: EntityManager,
  table: EntityMetadata,
  onProgress: Progress,
): Promise<CopiedTable> {
  const total = await source.count(table.target);
  const sent = createHash('sha256');
  let copied = 0;
  for await (const rows of batchesOf(source, table)) {
    for (const row of rows) {
      refuseUnfit(table, row);
      sent.update(JSON.stringify(row));
    }
    await insert(target, table, rows);
    copied += rows.length;
    onProgress(table.tableName, copied, total);
  }
  const received = createHash('sha256');
  for await (const rows of batchesOf(target, table)) for (const row of rows) received.update(JSON.stringify(row));
  if (copied !== total || sent.digest('hex') !== received.digest('hex')) {
    throw new DatabaseFault(`the rows of ${table.tableName} differ in the target. Nothing was copied`);
  }
  return { table: table.tableName, rows: copied };
}

/** The rows of a table in the order of its key, in their columns' own form. */
async function* batchesOf(manager: EntityManager, table: EntityMetadata): AsyncGenerator<Row[]> {
  const { driver } = manager.connection;
  const key = keyOf(table);
  const columns = table.columns.map(({ databaseName }) => driver.escape(databaseName)).join(', ');
  const from = `SELECT ${columns} FROM ${driver.escape(table.tableName)}`;
  const order = `ORDER BY ${driver.escape(key)} LIMIT ${BATCH_LENGTH}`;
  let rows = await manager.query<Row[]>(`${from} ${order}`);
  while (rows.length > 0) {
    yield rows;
    const after = rows.at(-1)?.[key];
    rows = await manager.query<Row[]>(`${from} WHERE ${driver.escape(key)} > $1 ${order}`, [after]);
  }
}

async function insert(manager: EntityManager, table: EntityMetadata, rows: readonly Row[]): Promise<void> {
  const { driver } = manager.connection;
  const names = table.columns.map(({ databaseName }) => databaseName);
  const places = rows.map(
    (_, row) => `(${names.map((_name, column) => `$${row * names.length + column + 1}`).join()})`,
  );
  const columns = names.map((name) => driver.escape(name)).join(', ');
  await manager.query(
    `INSERT INTO ${driver.escape(table.tableName)} (${columns}) VALUES ${places.join(', ')}`,
    rows.flatMap((row) => names.map((name) => row[name])),
  );
}

/** SQLite keeps what PostgreSQL refuses. Refused here, the row is named, and not only the table. */
function refuseUnfit(table: EntityMetadata, row: Row): void {
  for (const { databaseName, length } of table.columns) {
    const value = row[databaseName];
    if (typeof value !== 'string') continue;
    const isTooLong = length !== '' && [...value].length > Number(length);
    if (!isTooLong && !value.includes('\0')) continue;
    const fault = isTooLong ? `is longer than ${length} characters` : 'contains the character U+0000';
    throw new DatabaseFault(
      `${databaseName} of the row ${row[keyOf(table)]} in ${table.tableName} ${fault}. Nothing was copied`,
    );
  }
}

/** Each table has a key of one column. */
function keyOf({ primaryColumns, tableName }: EntityMetadata): string {
  const [key, ...others] = primaryColumns;
  if (key === undefined || others.length > 0) throw new TypeError(`${tableName} needs a key of one column`);
  return key.databaseName;
}
