import { PREVIOUS_SECRET_KEY_FILE, SECRET_KEY_FILE } from '../config/private-files.js';
import type { Settings } from '../config/settings.js';
import type { DatabaseKind } from './database-kind.js';
import { PostgresDatabase } from './postgres/postgres-database.js';
import { SqliteDatabase } from './sqlite/sqlite-database.js';

/** What the choice and the connection depend on. */
export type DatabaseSettings = Pick<Settings, 'database' | 'databaseCa' | 'databasePoolMax' | 'databasePrepared'>;

/** The database that DATABASE_URL names. */
export function databaseOf(settings: DatabaseSettings): DatabaseKind {
  const { database } = settings;
  return database.kind === 'sqlite' ? new SqliteDatabase(database) : new PostgresDatabase(database, settings);
}

/** The files that no other user of the machine may read, including files that do not exist yet. */
export function privateFilesOf(settings: DatabaseSettings & Pick<Settings, 'secretKey'>): string[] {
  const secrets = settings.secretKey === undefined ? [SECRET_KEY_FILE, PREVIOUS_SECRET_KEY_FILE] : [];
  return [...databaseOf(settings).files, ...secrets];
}
