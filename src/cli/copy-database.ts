import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { readDatabaseUrl } from '../config/database-url.js';
import { InvalidSetting } from '../config/invalid-setting.js';
import type { Settings } from '../config/settings.js';
import { type CopiedTable, copyDatabase, refuseOtherSchema } from '../database/copy-database.js';
import { openDatabase } from '../database/data-source.js';
import type { DatabaseKind } from '../database/database-kind.js';
import { databaseOf } from '../database/databases.js';
import { StartupError } from '../errors/startup-error.js';
import { UsageError } from './command-error.js';
import { settingsOfCommand } from './command-settings.js';
import { progressOn } from './progress.js';

/** The database that a command reads, which exists. @throws StartupError */
export async function databaseToRead(): Promise<{ settings: Settings; database: DatabaseKind }> {
  const settings = settingsOfCommand();
  const database = databaseOf(settings);
  if ((await database.state()) !== 'migrated')
    throw new StartupError(`DATABASE_URL: ${await database.describeAbsence()}`);
  return { settings, database };
}

/** Copies the database into another one, and shows the progress on a terminal. @throws UsageError, DatabaseFault, StartupError */
export async function copyTo(url: string): Promise<CopiedTable[]> {
  const { settings, database } = await databaseToRead();
  const address = readTarget(url);
  const targetDatabase = databaseOf({ ...settings, database: address });
  const source = new DataSource(database.readOnlyOptions());
  try {
    await database.inspect(source);
    // Before the target is opened, which brings it up to date: it may be the source, by another name.
    await refuseOtherSchema(source);
    const target = await openDatabase(targetDatabase, `--to ${targetDatabase.name}`);
    try {
      return await copyDatabase(source, target, progressOn(process.stderr));
    } finally {
      await target.destroy();
    }
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

function readTarget(url: string): Settings['database'] {
  try {
    return readDatabaseUrl(url);
  } catch (error) {
    if (error instanceof InvalidSetting) throw new UsageError(`--to ${error.message}`);
    throw error;
  }
}
