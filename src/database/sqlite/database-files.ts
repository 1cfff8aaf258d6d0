import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Background } from '../background.js';
import { DatabaseKind } from '../database-kind.js';
import type { PeriodicTask } from '../periodic-task.js';
import { StorageMonitor } from '../storage-monitor.js';
import { openedFilesOf } from './opened-files.js';
import { damagedFiles } from './sqlite-connection.js';

const CHECK_INTERVAL_MS = 1000;

/** Says in the log, and in the readiness, that the files at the database's path are not those that this process has opened. */
@Injectable()
export class DatabaseFiles extends StorageMonitor implements OnApplicationBootstrap {
  private readonly logger = new Logger('Database');
  private readonly task: PeriodicTask;
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

  /** The migrations have written by now, so the write-ahead log exists as well. */
  onApplicationBootstrap(): void {
    openedFilesOf(this.database.name).remember();
    this.task.start(CHECK_INTERVAL_MS);
  }

  override isInPlace(): boolean {
    if (this.isDamaged()) return false;
    const changed = openedFilesOf(this.database.name).missing();
    const isInPlace = changed.length === 0;
    if (!isInPlace && !this.hasWarned) {
      this.logger.error(
        `${changed.join(', ')} was deleted, replaced or emptied while the server runs. Changes are answered with 503, since they ` +
          'would be lost: stop the server, put the database back, and start it',
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
