import { DataSource } from 'typeorm';
import { StartupError } from '../errors/startup-error.js';
import { isDatabaseDamaged, remedyFor } from './database-errors.js';
import type { DatabaseKind } from './database-kind.js';
import { migrate } from './migrate.js';
import { continueAfter } from './new-id.js';
import { ENTITIES_WITH_IDS } from './schema.js';

/**
 * Opens the database and brings its schema up to date.
 * @param called what the error line calls it: the setting, and its name.
 * @throws StartupError if it cannot be opened.
 */
export async function openDatabase(database: DatabaseKind, called = settingOf(database)): Promise<DataSource> {
  const dataSource = new DataSource(database.options());
  try {
    await database.connect(dataSource);
    await migrate(dataSource);
    await continueIds(dataSource);
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy();
    throw new StartupError(unusable(called, error));
  }
  return dataSource;
}

/**
 * Makes new ids sort after those in the database, which were made before the clock went back, or by another process. A damaged
 * table is passed over: the others can still be served.
 */
async function continueIds({ manager }: DataSource): Promise<void> {
  for (const entity of ENTITIES_WITH_IDS) {
    try {
      const [newest] = await manager.find<{ id: string }>(entity, {
        select: { id: true },
        order: { id: 'DESC' },
        take: 1,
      });
      if (newest !== undefined) continueAfter(newest.id);
    } catch (error) {
      if (!isDatabaseDamaged(error)) throw error;
    }
  }
}

/** The error line for a database that cannot be opened, read or written. */
export function unusable(called: string, error: unknown): string {
  return `${called} cannot be used: ${reasonOf(error)}`;
}

/** What an error line calls the server's own database. */
export function settingOf({ name }: Pick<DatabaseKind, 'name'>): string {
  return `DATABASE_URL: ${name}`;
}

/** Of several failed addresses of one host, Node tells only the code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const reason = error.message || String((error as NodeJS.ErrnoException).code);
  const remedy = remedyFor(error);
  return remedy === undefined ? reason : `${reason}; ${remedy}`;
}
