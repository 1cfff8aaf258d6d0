import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import PQueue from 'p-queue';
import type { ObjectLiteral } from 'typeorm';
import { timed } from '../../telemetry/timed.js';
import { DatabaseKind } from '../database-kind.js';
import { type QueryEnd, queryEnd } from '../database-signals.js';
import { ListRunner } from '../statement-runner.js';
import { openReadOnly } from './open-read-only.js';
import { openedFilesOf } from './opened-files.js';
import { SqliteConnection } from './sqlite-connection.js';

/** A read-only connection to the SQLite file. It never waits for a writer. */
@Injectable()
export class ReadConnection extends ListRunner implements OnApplicationShutdown {
  protected readonly kind: QueryEnd['kind'] = 'look-up';
  private connection: Promise<SqliteConnection> | undefined;

  constructor(private readonly database: DatabaseKind) {
    super();
  }

  query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    return timed(queryEnd, { kind: this.kind }, () => this.run(sql, values));
  }

  private async run(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    openedFilesOf(this.database.name).refuseRead();
    // Opened at the first query, since not every process makes one.
    const connection = await (this.connection ??= this.open());
    return connection.query(sql, values);
  }

  async onApplicationShutdown(): Promise<void> {
    const connection = await this.connection?.catch(() => undefined);
    this.connection = undefined;
    connection?.close();
  }

  private async open(): Promise<SqliteConnection> {
    try {
      return await openReadOnly(SqliteConnection, this.database.name);
    } catch (error) {
      // The next query tries again: the file may be readable by then.
      this.connection = undefined;
      throw error;
    }
  }
}

/**
 * A reading connection for lists. It runs one statement at a time: two on one connection wait for each other inside SQLite,
 * and each that waits there holds a thread that hashing and every other statement need.
 */
@Injectable()
export class ListConnection extends ReadConnection {
  protected override readonly kind = 'list';
  private readonly queue = new PQueue({ concurrency: 1 });

  override query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    return this.queue.add(() => super.query(sql, values));
  }
}
