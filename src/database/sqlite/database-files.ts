import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { existsSync, statSync } from 'node:fs';
import { Background } from '../background.js';
import { DatabaseKind } from '../database-kind.js';
import type { PeriodicTask } from '../periodic-task.js';
import { StorageMonitor } from '../storage-monitor.js';
import { damagedFiles } from './sqlite-connection.js';

const CHECK_INTERVAL_MS = 1000;

/**
 * Compares the files at the database's path with those that this process has opened. SQLite goes on with a file that was deleted
 * or replaced: every write is acknowledged, and all of them are lost at the end of the process.
 */
@Injectable()
export class DatabaseFiles extends StorageMonitor implements OnApplicationBootstrap {
  private readonly logger = new Logger('Database');
  private readonly task: PeriodicTask;
  private opened: ReadonlyMap<string, string> = new Map();
  private hasWarned = false;
  private hasToldDamage = false;

  constructor(
    private readonly database: DatabaseKind,
    background: Background,
  ) {
    super();
    this.task = background.add({
      name: 'Database',
      failure: 'The database files could not be checked',
      run: () => {
        this.isInPlace();
        return Promise.resolve();
      },
    });
  }

  /** The migrations have written by now, so the write-ahead log exists as well. It stays until the last connection is closed. */
  onApplicationBootstrap(): void {
    const files = this.database.files.filter(existsSync);
    this.opened = new Map(files.map((file) => [file, identityOf(file)]));
    this.task.start(CHECK_INTERVAL_MS);
  }

  override isInPlace(): boolean {
    if (this.isDamaged()) return false;
    const changed = [...this.opened].filter(([file, identity]) => identityOf(file) !== identity).map(([file]) => file);
    const isInPlace = changed.length === 0;
    if (!isInPlace && !this.hasWarned) {
      this.logger.error(
        `${changed.join(', ')} was deleted, replaced or emptied while the server runs. What is written now is lost at the ` +
          'end of the process: stop the server, and put the database back',
      );
    }
    this.hasWarned = !isInPlace;
    return isInPlace;
  }

  private isDamaged(): boolean {
    const { name } = this.database;
    if (!damagedFiles.has(name)) return false;
    if (!this.hasToldDamage) this.logger.error(`${name} is damaged, and the server is not ready: run doctor`);
    this.hasToldDamage = true;
    return true;
  }
}

/** What tells one file from another at the same path; a database without content is none. */
function identityOf(file: string): string {
  try {
    const { dev, ino, size } = statSync(file);
    const isEmptied = size === 0 && !file.endsWith('-wal');
    return isEmptied ? 'empty' : `${dev} ${ino}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
