import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';

/** Folds SQLite's write-ahead log into the database file. A copy of the file alone is then whole. */
@Injectable()
export class LogFolding {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Where another process reads or writes at the moment, the log stays, and nothing is lost. */
  async fold(): Promise<void> {
    await this.dataSource.query('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => undefined);
  }
}
