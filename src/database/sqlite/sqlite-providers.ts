import type { Provider } from '@nestjs/common';
import { DatabaseClock } from '../database-clock.js';
import { LogFolding } from '../log-folding.js';
import { RevocationSource } from '../revocation-source.js';
import { ListRunner, StatementRunner } from '../statement-runner.js';
import { StorageMonitor } from '../storage-monitor.js';
import { Transactions } from '../transactions.js';
import { WriteHealth } from '../write-health.js';
import { DatabaseFiles } from './database-files.js';
import { GroupCommit } from './group-commit.js';
import { ListConnection, ReadConnection } from './read-connection.js';
import { SqliteClock } from './sqlite-clock.js';
import { SqliteLogFolding } from './sqlite-log-folding.js';
import { SqliteRevocationSource } from './sqlite-revocation-source.js';
import { SqliteWriteHealth } from './sqlite-write-health.js';

/** How a SQLite file does what every database has to do. */
export const SQLITE_PROVIDERS: readonly Provider[] = [
  { provide: Transactions, useClass: GroupCommit },
  { provide: LogFolding, useClass: SqliteLogFolding },
  { provide: StatementRunner, useClass: ReadConnection },
  { provide: ListRunner, useClass: ListConnection },
  { provide: DatabaseClock, useClass: SqliteClock },
  { provide: RevocationSource, useClass: SqliteRevocationSource },
  { provide: WriteHealth, useClass: SqliteWriteHealth },
  { provide: StorageMonitor, useClass: DatabaseFiles },
];
