import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Settings } from '../config/settings.js';
import { dataSourceOptions, openDatabase } from './data-source.js';
import { DatabaseChanges } from './database-changes.js';
import { DatabaseHealth } from './database-health.js';
import { ReadConnection } from './read-connection.js';
import { SharedTransactions } from './shared-transactions.js';

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
  providers: [DatabaseChanges, DatabaseHealth, ReadConnection, SharedTransactions],
  exports: [DatabaseChanges, DatabaseHealth, ReadConnection, SharedTransactions],
})
export class DatabaseModule {}
