import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Background } from './background.js';
import { DatabaseClock } from './database-clock.js';
import { openDatabase } from './data-source.js';
import { DatabaseHealth } from './database-health.js';
import { DatabaseKind } from './database-kind.js';
import { databaseOf, type DatabaseSettings } from './databases.js';
import { LogFolding } from './log-folding.js';
import { PruningClock } from './pruning-clock.js';
import { RevocationSource } from './revocation-source.js';
import { SchemaVersion } from './schema-version.js';
import { ListRunner, StatementRunner } from './statement-runner.js';
import { Transactions } from './transactions.js';
import { WriteHealth } from './write-health.js';

/** The one data source of the process, migrated before its first use, and the interfaces that hide which database it is. */
@Global()
@Module({})
export class DatabaseModule {
  static with(settings: DatabaseSettings): DynamicModule {
    const database = databaseOf(settings);
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ ...database.options(), toRetry: () => false }),
          dataSourceFactory: () => openDatabase(database),
        }),
      ],
      providers: [
        Background,
        DatabaseHealth,
        PruningClock,
        SchemaVersion,
        { provide: DatabaseKind, useValue: database },
        ...database.providers,
      ],
      exports: [
        Background,
        DatabaseHealth,
        DatabaseKind,
        LogFolding,
        PruningClock,
        SchemaVersion,
        StatementRunner,
        ListRunner,
        DatabaseClock,
        RevocationSource,
        Transactions,
        WriteHealth,
      ],
    };
  }
}
