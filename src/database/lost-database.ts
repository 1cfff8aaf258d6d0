import { statSync } from 'node:fs';
import { SECRET_KEY_FILE } from '../config/private-files.js';
import type { Settings } from '../config/settings.js';
import type { DatabaseKind, DatabaseState } from './database-kind.js';

/** What each state, but for the last, looks like. */
const LOOKS: Readonly<Record<Exclude<DatabaseState, 'migrated'>, string>> = {
  missing: 'is missing',
  empty: 'is empty',
  'without tables': 'has no tables, as a copy without its -wal file',
};

/**
 * A line that says that the database is missing although the secret of an earlier start exists; undefined otherwise. A start
 * would create an empty database and a new administrator, as if nothing had been lost. With SECRET_KEY nothing tells a lost
 * database from a first start, because no start stores that secret.
 */
export async function describeLostDatabase(
  { secretKey }: Pick<Settings, 'secretKey'>,
  database: DatabaseKind,
): Promise<string | undefined> {
  if (secretKey !== undefined) return undefined;
  // In this order: a first start commits the tables before it makes the secret, also one that is killed, or another process.
  const isKept = statSync(SECRET_KEY_FILE, { throwIfNoEntry: false })?.isFile() === true;
  if (!isKept) return undefined;
  const state = await database.state();
  if (state === 'migrated') return undefined;
  return (
    `${database.name} ${LOOKS[state]}, and ${SECRET_KEY_FILE} is there: ` +
    `put the database back, or remove ${SECRET_KEY_FILE} to begin a new installation`
  );
}
