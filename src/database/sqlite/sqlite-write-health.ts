import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { WriteHealth } from '../write-health.js';
import type { WriteRecord } from '../write-record.js';
import { writesOf } from './sqlite-connection.js';

/** Whether a SQLite file takes writes, as its writing connection sees it. */
@Injectable()
export class SqliteWriteHealth extends WriteHealth {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    super();
  }

  override get record(): WriteRecord {
    return writesOf(this.dataSource).record;
  }
}
