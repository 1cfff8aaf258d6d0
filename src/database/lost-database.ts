import { existsSync, statSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { SECRET_KEY_FILE } from '../config/private-files.js';
import type { Settings } from '../config/settings.js';
import { readOnlyDataSourceOptions } from './data-source.js';

/** Whether the database file exists and has content. SQLite takes an empty file for a new database. */
export function hasDatabase({ sqliteFile }: Pick<Settings, 'sqliteFile'>): boolean {
  try {
    const status = statSync(sqliteFile);
    return !status.isFile() || status.size > 0;
  } catch (error) {
    // A file that cannot be looked at is reported when it is opened.
    return !['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code));
  }
}

/**
 * Whether the database has been migrated, which is the first commit of a first start; true for a file that cannot be read,
 * because that is reported when it is opened.
 */
export async function hasTables(settings: Settings): Promise<boolean> {
  const dataSource = new DataSource({ ...readOnlyDataSourceOptions(settings), entities: [], migrations: [] });
  try {
    await dataSource.initialize();
    const found = await dataSource.query<unknown[]>("SELECT 1 FROM sqlite_master WHERE name = 'migrations'");
    return found.length > 0;
  } catch {
    return true;
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

/**
 * A line that says that the database is missing although the secret of an earlier start exists; undefined otherwise. A start
 * would create an empty database and a new administrator, as if nothing had been lost. A file without tables is one that was
 * copied, or kept, without its write-ahead log. With SECRET_KEY nothing tells a lost database from a first start, because no
 * start stores that secret.
 */
export async function describeLostDatabase(settings: Settings): Promise<string | undefined> {
  if (settings.secretKey !== undefined) return undefined;
  // In this order: a first start commits the tables before it makes the secret, also one that is killed, or another process.
  const isKept = statSync(SECRET_KEY_FILE, { throwIfNoEntry: false })?.isFile() === true;
  if (!isKept) return undefined;
  const { sqliteFile } = settings;
  let state: string;
  if (!hasDatabase(settings)) state = existsSync(sqliteFile) ? 'is empty' : 'is missing';
  else if (await hasTables(settings)) return undefined;
  else state = 'has no tables, as a copy without its -wal file';
  return (
    `${sqliteFile} ${state}, and ${SECRET_KEY_FILE} is there: ` +
    `put the database back, or remove ${SECRET_KEY_FILE} to begin a new installation`
  );
}
