import sqlite3 from 'sqlite3';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { AuditEvent } from './entities/audit-event.entity.js';
import { AuthHeader } from './entities/auth-header.entity.js';
import { makePrivateFile } from '../config/private-files.js';
import type { Settings } from '../config/settings.js';
import { StartupError } from '../errors/startup-error.js';
import { Kitten } from './entities/kitten.entity.js';
import { Session } from './entities/session.entity.js';
import { SigningKey } from './entities/signing-key.entity.js';
import { LoginThrottle } from './entities/login-throttle.entity.js';
import { RateLimitWindow } from './entities/rate-limit-window.entity.js';
import { User } from './entities/user.entity.js';
import { WitnessedMoment } from './entities/witnessed-moment.entity.js';
import { isDatabaseDamaged } from './database-errors.js';
import { migrate } from './migrate.js';
import { FirstTables1795000000000 } from './migrations/1795000000000-first-tables.js';
import { ListIndexes1796000000000 } from './migrations/1796000000000-list-indexes.js';
import { NameKeys1797000000000 } from './migrations/1797000000000-name-keys.js';
import { WitnessedMoment1798000000000 } from './migrations/1798000000000-witnessed-moment.js';
import { PreviousMasked1798100000000 } from './migrations/1798100000000-previous-masked.js';
import { Revocations1799000000000 } from './migrations/1799000000000-revocations.js';
import { HostKeys1799100000000 } from './migrations/1799100000000-host-keys.js';
import { RateLimits1799200000000 } from './migrations/1799200000000-rate-limits.js';
import { continueAfter } from './new-id.js';
import { serialiseQueryRunners } from './sqlite/serialising-query-runner.js';
import { SqliteConnection } from './sqlite/sqlite-connection.js';

/** How long a statement waits for another process that writes to the same file. */
export const BUSY_TIMEOUT_MS = 5000;

/**
 * The driver, with connections that cache prepared statements. `verbose` does nothing: TypeORM calls it to trace every call for
 * longer stack traces, which took a quarter of the time of a change.
 */
const SQLITE = { ...sqlite3, Database: SqliteConnection, verbose: () => SQLITE };

/** All entities. */
export const ENTITIES = [
  User,
  Session,
  SigningKey,
  AuthHeader,
  AuditEvent,
  LoginThrottle,
  Kitten,
  WitnessedMoment,
  RateLimitWindow,
] as const;

/** The entities whose ids are in time order. */
const ENTITIES_WITH_IDS = [User, Session, SigningKey, AuthHeader, AuditEvent] as const;

/** The database: its entities, its one migration history and its connection options. */
export function dataSourceOptions({ sqliteFile }: Pick<Settings, 'sqliteFile'>): DataSourceOptions {
  return {
    type: 'sqlite',
    driver: SQLITE,
    database: sqliteFile,
    enableWAL: true,
    busyTimeout: BUSY_TIMEOUT_MS,
    entities: [...ENTITIES],
    migrations: [
      FirstTables1795000000000,
      ListIndexes1796000000000,
      NameKeys1797000000000,
      WitnessedMoment1798000000000,
      PreviousMasked1798100000000,
      Revocations1799000000000,
      HostKeys1799100000000,
      RateLimits1799200000000,
    ],
    synchronize: false,
    // By default, TypeORM reads `{ id: undefined }` as "any row".
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
  };
}

/** Options for read-only access. They omit the journal mode, because setting it writes to the file. */
export function readOnlyDataSourceOptions(settings: Pick<Settings, 'sqliteFile'>): DataSourceOptions {
  return { ...dataSourceOptions(settings), enableWAL: false, flags: sqlite3.OPEN_READONLY } as DataSourceOptions;
}

/**
 * Opens the database and brings its schema up to date.
 * @throws StartupError naming the setting, if it cannot be opened.
 */
export async function openDatabase(options?: DataSourceOptions): Promise<DataSource> {
  if (options === undefined) throw new TypeError('a data source needs options');
  const dataSource = new DataSource(options);
  const file = String(options.database);
  try {
    makePrivateFile(file);
    await dataSource.initialize();
    serialiseQueryRunners(dataSource);
    // With NORMAL a power cut can lose a revocation that was already acknowledged.
    await dataSource.query('PRAGMA synchronous = FULL');
    await migrate(dataSource);
    await continueIds(dataSource);
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy();
    throw new StartupError(unusable(file, error));
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
export function unusable(file: string, error: unknown): string {
  return `DATABASE_URL: ${file} cannot be used: ${error instanceof Error ? error.message : String(error)}`;
}
