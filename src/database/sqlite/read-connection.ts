import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ObjectLiteral } from 'typeorm';
import { timed } from '../../telemetry/timed.js';
import { BoundedQueue } from '../bounded-queue.js';
import { CircuitBreaker } from '../circuit-breaker.js';
import { DatabaseKind } from '../database-kind.js';
import { type QueryEnd, queryEnd } from '../database-signals.js';
import { withDeadline } from '../deadline.js';
import { ListRunner, LISTS_WAIT } from '../statement-runner.js';
import { openReadOnly } from './open-read-only.js';
import { openedFilesOf } from './opened-files.js';
import { SqliteConnection } from './sqlite-connection.js';

/** How long a look-up may take. A disk that stands still would otherwise leave its client without an answer. */
const LOOK_UP_LIMIT_MS = 5000;
/** How long a list over a whole table may take. */
const LIST_LIMIT_MS = 30_000;

/** A read-only connection to the SQLite file. It never waits for a writer. */
@Injectable()
export class ReadConnection extends ListRunner implements OnApplicationShutdown {
  protected readonly kind: QueryEnd['kind'] = 'look-up';
  protected readonly limitMs: number = LOOK_UP_LIMIT_MS;
  // Of a table: a constant would be answered without the file.
  private readonly circuit = new CircuitBreaker(() => this.run('SELECT id FROM signing_key LIMIT 1', []));
  private connection: Promise<SqliteConnection> | undefined;

  constructor(private readonly database: DatabaseKind) {
    super();
  }

  query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    return timed(
      queryEnd,
      (durationMs) => ({ kind: this.kind, durationMs }),
      () => this.whileItAnswers(() => this.run(sql, values)),
    );
  }

  override isSilent(): boolean {
    return this.circuit.isOpen;
  }

  protected whileItAnswers<T>(statement: () => Promise<T>): Promise<T> {
    return this.circuit.run(statement);
  }

  private async run(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    openedFilesOf(this.database.name).refuseRead();
    // Opened at the first query, since not every process makes one.
    const connection = await (this.connection ??= this.open());
    return withDeadline(connection.query(sql, values), this.limitMs);
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
  protected override readonly limitMs = LIST_LIMIT_MS;
  private readonly queue = new BoundedQueue({ ...LISTS_WAIT, concurrency: 1 });

  override query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    return this.queue.run(() => super.query(sql, values));
  }

  /** A list may take long, and says nothing of the database then. */
  protected override whileItAnswers<T>(statement: () => Promise<T>): Promise<T> {
    return statement();
  }
}
