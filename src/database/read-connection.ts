import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import sqlite3, { type Database, type Statement } from 'sqlite3';
import { Settings } from '../config/settings.js';
import { BUSY_TIMEOUT_MS } from './data-source.js';

/**
 * A connection to the SQLite file that only reads: it never sees what another request has not committed, and never waits for
 * one that writes.
 */
@Injectable()
export class ReadConnection implements OnApplicationShutdown {
  private connection: Database | undefined;
  private readonly statements = new Set<Statement>();

  constructor(private readonly settings: Settings) {}

  /** Opened with the first statement: not every process makes one. */
  prepare(sql: string): Statement {
    this.connection ??= this.open();
    // What is wrong with it is told to whoever runs it.
    const statement = this.connection.prepare(sql, () => undefined);
    this.statements.add(statement);
    return statement;
  }

  /** Gives a statement back that could not be run. */
  discard(statement: Statement): void {
    if (this.statements.delete(statement)) statement.finalize();
  }

  onApplicationShutdown(): void {
    for (const statement of this.statements) this.discard(statement);
    this.connection?.close();
    this.connection = undefined;
  }

  private open(): Database {
    const connection = new sqlite3.Database(this.settings.sqliteFile, sqlite3.OPEN_READONLY, (error) => {
      // The next one may find it readable again.
      if (error !== null && this.connection === connection) this.connection = undefined;
    });
    connection.configure('busyTimeout', BUSY_TIMEOUT_MS);
    return connection;
  }
}
