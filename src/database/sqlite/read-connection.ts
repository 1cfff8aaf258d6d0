import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import sqlite3 from 'sqlite3';
import type { ObjectLiteral } from 'typeorm';
import { Settings } from '../../config/settings.js';
import { BUSY_TIMEOUT_MS } from '../data-source.js';
import { SqliteConnection } from './sqlite-connection.js';

/**
 * A connection to the SQLite file that only reads: it never sees what another request has not committed, and never waits for
 * one that writes.
 */
@Injectable()
export class ReadConnection implements OnApplicationShutdown {
  private connection: Promise<SqliteConnection> | undefined;

  constructor(private readonly settings: Settings) {}

  /** The rows a statement selects. */
  async query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    // Opened with the first query: not every process makes one.
    const connection = await (this.connection ??= this.open());
    return connection.query(sql, values);
  }

  async onApplicationShutdown(): Promise<void> {
    const connection = await this.connection?.catch(() => undefined);
    this.connection = undefined;
    connection?.close();
  }

  private open(): Promise<SqliteConnection> {
    return new Promise((resolve, reject) => {
      const connection = new SqliteConnection(this.settings.sqliteFile, sqlite3.OPEN_READONLY, (error) => {
        if (error === null) {
          connection.configure('busyTimeout', BUSY_TIMEOUT_MS);
          resolve(connection);
          return;
        }
        // The next query may find it readable again.
        this.connection = undefined;
        reject(error);
      });
    });
  }
}
