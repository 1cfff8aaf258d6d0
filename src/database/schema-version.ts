import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { executedMigrations } from './migrate.js';
import { newerSchemaOf } from './schema-gate.js';

/** Knows whether this version is the one that the schema of the database belongs to. */
@Injectable()
export class SchemaVersion {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** A line that says that a newer version has migrated the database, and still allows this one; undefined otherwise. */
  async describeNewer(): Promise<string | undefined> {
    const executed = await executedMigrations(this.dataSource);
    const newer = await newerSchemaOf(this.dataSource, this.dataSource, executed);
    return newer && `The database is newer: ${newer.line}`;
  }
}
