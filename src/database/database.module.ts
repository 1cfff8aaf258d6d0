import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Settings } from '../config/settings.js';
import { dataSourceOptions, openDatabase } from './data-source.js';

/** One data source for the whole server, migrated before anything uses it. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: (settings: Settings) => ({ ...dataSourceOptions(settings), toRetry: () => false }),
      dataSourceFactory: openDatabase,
    }),
  ],
})
export class DatabaseModule {}
