import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { CommitMonitor, type CommitCounters } from '../commit-monitor.js';
import { StatementRunner } from '../statement-runner.js';
import { writesOf } from './sqlite-connection.js';

/** `PRAGMA data_version` moves with every commit to the file that the asking connection did not make itself. */
const STATEMENT = 'PRAGMA data_version';

/** Counts the commits to a SQLite file, as its writing and its reading connection see them. */
@Injectable()
export class SqliteCommitMonitor extends CommitMonitor {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly statements: StatementRunner,
  ) {
    super();
  }

  async readCounters(): Promise<CommitCounters> {
    const foreign = versionIn(await this.dataSource.query(STATEMENT));
    const ownBefore = writesOf(this.dataSource).commits;
    // Asked second, so that the reading connection has seen all that the writing one has.
    const any = versionIn(await this.statements.query(STATEMENT, []));
    return { foreign, any, ownBefore, ownAfter: writesOf(this.dataSource).commits };
  }

  isWriteFailing(): boolean {
    return writesOf(this.dataSource).isFailing;
  }
}

function versionIn(rows: unknown): number {
  const [row] = rows as { data_version: number }[];
  if (row === undefined) throw new Error('The database tells no version');
  return row.data_version;
}
