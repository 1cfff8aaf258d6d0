import type { DataSource } from 'typeorm';

/**
 * Folds SQLite's write-ahead log into the database file. A copy of the file alone is then whole. Where another process
 * reads or writes at the moment, the log stays, and nothing is lost.
 */
export async function foldLog(dataSource: DataSource): Promise<void> {
  await dataSource.query('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => undefined);
}
