import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Settings } from '../config/settings.js';
import { Background } from './background.js';
import { DatabaseClock } from './database-clock.js';
import { dataSourceOptions, openDatabase } from './data-source.js';
import { DatabaseHealth } from './database-health.js';
import { GroupCommit } from './group-commit.js';
import { LogFolding } from './log-folding.js';
import { PruningClock } from './pruning-clock.js';
import { RevocationSource } from './revocation-source.js';
import { DatabaseFiles } from './sqlite/database-files.js';
import { ListConnection, ReadConnection } from './sqlite/read-connection.js';
import { SqliteClock } from './sqlite/sqlite-clock.js';
import { SqliteRevocationSource } from './sqlite/sqlite-revocation-source.js';
import { SqliteWriteHealth } from './sqlite/sqlite-write-health.js';
import { ListRunner, StatementRunner } from './statement-runner.js';
import { StorageMonitor } from './storage-monitor.js';
import { WriteHealth } from './write-health.js';

/** The one data source of the process, migrated before its first use, and the interfaces that hide which database it is. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: (settings: Settings) => ({ ...dataSourceOptions(settings), toRetry: () => false }),
      dataSourceFactory: openDatabase,
    }),
  ],
  providers: [
    Background,
    DatabaseHealth,
    GroupCommit,
    LogFolding,
    PruningClock,
    { provide: StatementRunner, useClass: ReadConnection },
    { provide: ListRunner, useClass: ListConnection },
    { provide: DatabaseClock, useClass: SqliteClock },
    { provide: RevocationSource, useClass: SqliteRevocationSource },
    { provide: WriteHealth, useClass: SqliteWriteHealth },
    { provide: StorageMonitor, useClass: DatabaseFiles },
  ],
  exports: [
    Background,
    DatabaseHealth,
    GroupCommit,
    LogFolding,
    PruningClock,
    StatementRunner,
    ListRunner,
    DatabaseClock,
    RevocationSource,
    WriteHealth,
  ],
})
export class DatabaseModule {}
