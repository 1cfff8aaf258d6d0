import { Injectable } from '@nestjs/common';
import sqlite3 from 'sqlite3';
import { DatabaseKind } from '../database-kind.js';
import { type RevocationPoll, type RevocationRow, RevocationSource } from '../revocation-source.js';
import { openReadOnly } from './open-read-only.js';
import { openedFilesOf } from './opened-files.js';
import { SqliteRevocationPosition } from './sqlite-revocation-position.js';

/** With more news than this, forgetting everything is cheaper. */
const MAX_ROWS = 1000;

/**
 * One statement reads one snapshot, so the last id and the rows agree. `sqlite_sequence` knows the last id even when every row
 * has been pruned.
 */
const STATEMENT = `SELECT state.last, state.epoch, row.id, row.kind, row.user_id AS userId, row.subject_id AS subjectId
  FROM (SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'revocation'), 0) AS last,
    (SELECT epoch FROM revocation_epoch) AS epoch) AS state
  LEFT JOIN revocation AS row ON row.id > ?1 ORDER BY row.id LIMIT ${MAX_ROWS + 1}`;

interface PolledRow {
  readonly last: number;
  readonly epoch: string | null;
  readonly id: number | null;
  readonly kind: string;
  readonly userId: string | null;
  readonly subjectId: string | null;
}

/**
 * Reads the revocations of a SQLite file by their ids, which increase without gaps in the order of the commits, because the
 * file has one writer at a time.
 *
 * It has a connection of its own and prepares its statement at each poll. A statement that stays open would pin a stale
 * snapshot, and the connection would tell forever that nothing is new.
 */
@Injectable()
export class SqliteRevocationSource extends RevocationSource {
  private connection: Promise<sqlite3.Database> | undefined;
  private last: number | undefined;
  private epoch: string | null = null;

  constructor(private readonly database: DatabaseKind) {
    super();
  }

  async poll(): Promise<RevocationPoll> {
    const polled = await this.read(this.last ?? Number.MAX_SAFE_INTEGER);
    const { last = 0, epoch = null } = polled[0] ?? {};
    const rows = polled.filter(({ id }) => id !== null);
    // Rows are missing if they were pruned, and there are fewer of them than before in a file that was restored.
    const isComplete = this.last !== undefined && epoch === this.epoch && rows.length === last - this.last;
    this.last = last;
    this.epoch = epoch;
    const position = new SqliteRevocationPosition(epoch ?? '', last);
    return { rows: isComplete ? rows.map(withoutCursor) : [], isComplete, position };
  }

  async close(): Promise<void> {
    const connection = await this.connection?.catch(() => undefined);
    connection?.close();
  }

  private async read(after: number): Promise<PolledRow[]> {
    openedFilesOf(this.database.name).refuseRead();
    const connection = await (this.connection ??= this.open());
    return new Promise((resolve, reject) => {
      connection.all<PolledRow>(STATEMENT, [after], (error, rows) => {
        if (error === null) resolve(rows);
        else reject(error);
      });
    });
  }

  private async open(): Promise<sqlite3.Database> {
    try {
      return await openReadOnly(sqlite3.Database, this.database.name);
    } catch (error) {
      // The next poll tries again.
      this.connection = undefined;
      throw error;
    }
  }
}

function withoutCursor({ kind, userId, subjectId }: PolledRow): RevocationRow {
  return { kind, userId, subjectId };
}
