import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DatabaseKind } from '../database/database-kind.js';
import { WriteHealth } from '../database/write-health.js';

/** What an operator can do something about, by the codes of SQLite and PostgreSQL. */
const REASONS: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'its disk is full',
  SQLITE_READONLY: 'it may only be read',
  SQLITE_IOERR: 'its disk refuses to write',
  SQLITE_CANTOPEN: 'a file next to it cannot be opened',
  SQLITE_BUSY: 'another process holds its lock',
  '25006': 'it may only be read',
  '53100': 'its disk is full',
  '58030': 'its disk refuses to write',
};

/**
 * Says once in the log that the database takes no writes, and once that it takes them again. The other failures end with their
 * request, and its line says so.
 */
@Injectable()
export class WriteFailures implements OnApplicationBootstrap {
  private readonly logger = new Logger('Database');
  private hasTold = false;

  constructor(
    private readonly database: DatabaseKind,
    private readonly writes: WriteHealth,
  ) {}

  onApplicationBootstrap(): void {
    this.writes.record.onChange = (code) => {
      this.tell(code);
    };
  }

  private tell(code: string | undefined): void {
    const { name } = this.database;
    if (code === undefined) {
      if (this.hasTold) this.logger.warn(`${name} takes writes again`);
      this.hasTold = false;
      return;
    }
    const reason = REASONS[code];
    if (reason === undefined) return;
    this.hasTold = true;
    this.logger.error(
      `${name} takes no writes: ${reason} (${code}). Changes and logins are answered with 503, and checks go on, until it does`,
    );
  }
}
