import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { LogFolding } from '../log-folding.js';

/** Folds SQLite's write-ahead log into the database file. */
@Injectable()
export class SqliteLogFolding extends LogFolding {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    super();
  }

  async fold(): Promise<void> {
    await this.dataSource.query('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => undefined);
  }
}
