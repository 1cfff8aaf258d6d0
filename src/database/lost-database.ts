import { existsSync, statSync } from 'node:fs';
import { SECRET_KEY_FILE } from '../config/private-files.js';
import type { Settings } from '../config/settings.js';

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
 * A line that says that the database is missing although the secret of an earlier start exists; undefined otherwise. A start
 * would create an empty database and a new administrator, as if nothing had been lost. With SECRET_KEY nothing tells a lost
 * database from a first start, because no start stores that secret.
 */
export function describeLostDatabase(settings: Pick<Settings, 'sqliteFile' | 'secretKey'>): string | undefined {
  if (settings.secretKey !== undefined) return undefined;
  // In this order: another process that starts for the first time creates the database before the secret.
  const isKept = statSync(SECRET_KEY_FILE, { throwIfNoEntry: false })?.isFile() === true;
  if (!isKept || hasDatabase(settings)) return undefined;
  const { sqliteFile } = settings;
  return (
    `${sqliteFile} is ${existsSync(sqliteFile) ? 'empty' : 'missing'}, and ${SECRET_KEY_FILE} is there: ` +
    `put the database back, or remove ${SECRET_KEY_FILE} to begin a new installation`
  );
}
