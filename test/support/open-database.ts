import type { DataSource } from 'typeorm';
import { loadSettings } from '../../src/config/load-settings.js';
import { openDatabase } from '../../src/database/data-source.js';
import { databaseOf } from '../../src/database/databases.js';
import { databaseFileIn, environmentOf } from './launch.js';

/** The database of a working folder, opened and migrated by this process, as a server does. */
export async function openDatabaseOf(folder: string): Promise<DataSource> {
  const environment = await environmentOf(folder, {});
  return openDatabase(databaseOf(loadSettings({ DATABASE_URL: `sqlite:${databaseFileIn(folder)}`, ...environment })));
}
