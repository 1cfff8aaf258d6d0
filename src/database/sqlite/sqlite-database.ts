import { statSync } from 'node:fs';
import sqlite3 from 'sqlite3';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { SqliteAddress } from '../../config/database-address.js';
import { makePrivateFile } from '../../config/private-files.js';
import { isDatabaseDamaged, RESTORE_REMEDY } from '../database-errors.js';
import { DatabaseFault, DatabaseKind, type DatabaseState, type PreparedRestore } from '../database-kind.js';
import { SCHEMA } from '../schema.js';
import { BUSY_TIMEOUT_MS } from './open-read-only.js';
import { DraftFolder } from './draft-folder.js';
import { backUpFile, filesOf } from './sqlite-backup.js';
import { SqliteRestore } from './sqlite-restore.js';
import { refuseLostLog } from './lost-log.js';
import { serialiseQueryRunners } from './serialising-query-runner.js';
import { SqliteConnection } from './sqlite-connection.js';
import { SQLITE_PROVIDERS } from './sqlite-providers.js';

/**
 * The driver, with connections that cache prepared statements. `verbose` does nothing: TypeORM calls it to trace every call for
 * longer stack traces, which took a quarter of the time of a change.
 */
const SQLITE = { ...sqlite3, Database: SqliteConnection, verbose: () => SQLITE };

/** A SQLite file. */
export class SqliteDatabase extends DatabaseKind {
  override readonly name: string;
  /** The file, and those that SQLite creates for it. */
  override readonly files: readonly string[];
  override readonly providers = SQLITE_PROVIDERS;

  constructor({ file }: Pick<SqliteAddress, 'file'>) {
    super();
    this.name = file;
    this.files = filesOf(file);
  }

  override options(): DataSourceOptions {
    return {
      ...SCHEMA,
      type: 'sqlite',
      driver: SQLITE,
      database: this.name,
      enableWAL: true,
      busyTimeout: BUSY_TIMEOUT_MS,
    };
  }

  /** They omit the journal mode, because setting it writes to the file. */
  override readOnlyOptions(): DataSourceOptions {
    return { ...this.options(), enableWAL: false, flags: sqlite3.OPEN_READONLY } as DataSourceOptions;
  }

  override describeAbsence(): Promise<string> {
    return Promise.resolve(`there is no database ${this.name} here; the server's first start makes it`);
  }

  override async connect(dataSource: DataSource): Promise<void> {
    refuseLostLog(this.name);
    makePrivateFile(this.name);
    await dataSource.initialize();
    serialiseQueryRunners(dataSource);
    // With NORMAL a power cut can lose a revocation that was already acknowledged.
    await dataSource.query('PRAGMA synchronous = FULL');
  }

  /** SQLite takes an empty file for a new database. A file without tables was copied, or kept, without its write-ahead log. */
  override async state(): Promise<DatabaseState> {
    try {
      const status = statSync(this.name);
      if (status.isFile() && status.size === 0) return 'empty';
      refuseLostLog(this.name);
    } catch (error) {
      // A file that cannot be looked at is reported when it is opened.
      const isMissing = ['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code));
      return isMissing ? 'missing' : 'migrated';
    }
    return (await this.hasTables()) ? 'migrated' : 'without tables';
  }

  override async inspect(dataSource: DataSource): Promise<string> {
    try {
      refuseLostLog(this.name);
      await dataSource.initialize();
      const [row] = await dataSource.query<{ quick_check: string }[]>('PRAGMA quick_check(1)');
      if (row?.quick_check === 'ok') return `${this.name} is whole`;
      throw new DatabaseFault(`${this.name} is damaged (${reasonIn(row?.quick_check)}); ${RESTORE_REMEDY}`);
    } catch (error) {
      if (dataSource.isInitialized) await dataSource.destroy();
      if (error instanceof DatabaseFault) throw error;
      const { message } = error as Error;
      const fault = isDatabaseDamaged(error)
        ? `is damaged (${message}); ${RESTORE_REMEDY}`
        : `cannot be read: ${message}`;
      throw new DatabaseFault(`${this.name} ${fault}`);
    }
  }

  override backUp(file: string): Promise<void> {
    return backUpFile(this.name, file);
  }

  override async prepareRestore(file: string): Promise<PreparedRestore> {
    const backup = new SqliteDatabase({ file });
    const state = await backup.state();
    if (state !== 'migrated')
      throw new DatabaseFault(`${file} is ${state === 'without tables' ? 'a database without tables' : state}`);
    if (isSameFile(file, this.name)) throw new DatabaseFault(`${file} is the database itself`);
    const drafts = new DraftFolder(this.name);
    try {
      await backUpFile(file, drafts.file);
      const draft = new SqliteDatabase({ file: drafts.file });
      return new SqliteRestore(this, draft, drafts, (await this.state()) === 'migrated');
    } catch (error) {
      drafts.remove();
      throw error;
    }
  }

  private async hasTables(): Promise<boolean> {
    const dataSource = new DataSource({ ...this.readOnlyOptions(), entities: [], migrations: [] });
    try {
      await dataSource.initialize();
      const found = await dataSource.query<unknown[]>("SELECT 1 FROM sqlite_master WHERE name = 'migrations'");
      return found.length > 0;
    } catch {
      return true;
    } finally {
      if (dataSource.isInitialized) await dataSource.destroy();
    }
  }
}

/** Also by a link, or by another path. */
function isSameFile(one: string, other: string): boolean {
  const [first, second] = [one, other].map((file) => statSync(file, { throwIfNoEntry: false }));
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino;
}

/** SQLite's finding, in one line. Its first line names only the schema, which is `main` for every database. */
function reasonIn(found = ''): string {
  const lines = found.split('\n').filter((line) => line !== '' && !line.startsWith('***'));
  return lines.join(', ') || found;
}
