import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Settings } from '../config/settings.js';
import { dataSourceOptions, openDatabase } from './data-source.js';
import { DatabaseHealth } from './database-health.js';
import { ReadConnection } from './sqlite/read-connection.js';
import { GroupCommit } from './group-commit.js';

/** The one data source of the process, migrated before its first use. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: (settings: Settings) => ({ ...dataSourceOptions(settings), toRetry: () => false }),
      dataSourceFactory: openDatabase,
    }),
  ],
  providers: [DatabaseHealth, ReadConnection, GroupCommit],
  exports: [DatabaseHealth, ReadConnection, GroupCommit],
})
export class DatabaseModule {}
