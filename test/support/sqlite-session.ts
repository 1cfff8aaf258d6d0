import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import sqlite3 from 'sqlite3';
import type { Refusable, TestSession } from './test-session.js';

const BUSY_TIMEOUT_MS = 5000;

/** A connection to a file. */
export class SqliteSession implements TestSession {
  private constructor(
    private readonly file: string,
    private readonly connection: sqlite3.Database,
  ) {}

  static async open(file: string): Promise<SqliteSession> {
    const connection = await new Promise<sqlite3.Database>((resolve, reject) => {
      const opened: sqlite3.Database = new sqlite3.Database(file, (error) => {
        if (error) reject(error);
        else resolve(opened);
      });
    });
    connection.configure('busyTimeout', BUSY_TIMEOUT_MS);
    return new SqliteSession(file, connection);
  }

  query(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return new Promise((resolve, reject) => {
      this.connection.all<Record<string, unknown>>(sql, values, (error, found) => {
        if (error) reject(error);
        else resolve(found);
      });
    });
  }

  async beginAlone(): Promise<void> {
    await this.query('BEGIN IMMEDIATE');
  }

  async refuse(statement: Refusable, table: string): Promise<void> {
    await this.query(
      `CREATE TRIGGER "refuse_${statement}_${table}" BEFORE ${statement} ON "${table}"
       BEGIN SELECT RAISE(ABORT, 'refused by a test'); END`,
    );
  }

  async allow(statement: Refusable, table: string): Promise<void> {
    await this.query(`DROP TRIGGER "refuse_${statement}_${table}"`);
  }

  async enforceReferences(isEnforced: boolean): Promise<void> {
    await this.query(`PRAGMA foreign_keys = ${isEnforced ? 'ON' : 'OFF'}`);
  }

  async tables(): Promise<string[]> {
    const rows = await this.query(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`);
    return rows.map(({ name }) => String(name));
  }

  async faults(): Promise<string[]> {
    const rows = await this.query('PRAGMA integrity_check');
    return rows.map(({ integrity_check }) => String(integrity_check)).filter((line) => line !== 'ok');
  }

  /** The file, its write-ahead log and its index. */
  dump(): Promise<Buffer> {
    const folder = dirname(this.file);
    const names = readdirSync(folder).filter((name) => name.startsWith(basename(this.file)));
    return Promise.resolve(Buffer.concat(names.map((name) => readFileSync(join(folder, name)))));
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.connection.close((error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
}
