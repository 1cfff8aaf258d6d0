import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Settings } from '../config/settings.js';
import { dataSourceOptions, openDatabase } from './data-source.js';
import { DatabaseHealth } from './database-health.js';
import { ReadConnection } from './sqlite/read-connection.js';
import { SharedTransactions } from './group-commit.js';

/** One data source for the whole process, migrated before anything uses it. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: (settings: Settings) => ({ ...dataSourceOptions(settings), toRetry: () => false }),
      dataSourceFactory: openDatabase,
    }),
  ],
  providers: [DatabaseHealth, ReadConnection, SharedTransactions],
  exports: [DatabaseHealth, ReadConnection, SharedTransactions],
})
export class DatabaseModule {}
