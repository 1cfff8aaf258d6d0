import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sqlite3 from 'sqlite3';
import { v7 as uuidv7 } from 'uuid';
import type { RunningServer } from './server.js';

/** How long a server takes at most to learn what another process revoked. */
export const REVOCATION_DELAY_MS = 1000;

/** A connection to a server's database, for what no call can do: moving time, breaking rows, counting them. */
export class TestDatabase {
  private connection: Promise<sqlite3.Database> | undefined;

  /** Opens the file when it is first asked. */
  constructor(private readonly server: Pick<RunningServer, 'databaseFile'>) {}

  /** The database of a server that has been started, opened. */
  static async of(server: Pick<RunningServer, 'databaseFile'>): Promise<TestDatabase> {
    const database = new TestDatabase(server);
    await database.opened();
    return database;
  }

  /**
   * Runs a statement. After one that takes something from a credential, it tells the servers, as `personas revoke-everything`
   * does, and waits until each has heard.
   */
  async query<Row = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<Row[]> {
    const rows = await this.run<Row>(sql, values);
    if (/^\s*(UPDATE|DELETE FROM) (user|session|auth_header|signing_key)\b/i.test(sql)) {
      await this.run("INSERT INTO revocation (at, kind) VALUES (?, 'everything')", [new Date().toISOString()]);
      await sleep(REVOCATION_DELAY_MS);
    }
    return rows;
  }

  async close(): Promise<void> {
    if (this.connection === undefined) return;
    const connection = await this.connection;
    this.connection = undefined;
    await new Promise<void>((resolve, reject) => {
      connection.close((error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Another user, with the first one's password. */
  async addUser(username: string, roles: string[] = []): Promise<string> {
    const id = uuidv7();
    await this.query(
      `INSERT INTO user (id, username, username_key, email, email_key, password_hash, password_changed, roles, created)
       SELECT ?, ?, ?, ?, ?, password_hash, password_changed, ?, created FROM user ORDER BY rowid LIMIT 1`,
      id,
      username,
      username.toLowerCase(),
      `${username}@example.com`,
      `${username.toLowerCase()}@example.com`,
      JSON.stringify(roles),
    );
    return id;
  }

  private async run<Row>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    const connection = await this.opened();
    return new Promise<Row[]>((resolve, reject) => {
      connection.all<Row>(sql, values, (error, found) => {
        if (error) reject(error);
        else resolve(found);
      });
    });
  }

  private opened(): Promise<sqlite3.Database> {
    return (this.connection ??= open(this.server.databaseFile));
  }
}

async function open(databaseFile: string): Promise<sqlite3.Database> {
  const connection = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(databaseFile, (error) => {
      if (error) reject(error);
      else resolve(opened);
    });
  });
  connection.configure('busyTimeout', 5000);
  return connection;
}

/** Every byte the database keeps on disk: the file, its write-ahead log and its index. */
export function dumpFiles({ databaseFile }: Pick<RunningServer, 'databaseFile'>): Buffer {
  const folder = dirname(databaseFile);
  const names = readdirSync(folder).filter((name) => name.includes('.sqlite'));
  return Buffer.concat(names.map((name) => readFileSync(join(folder, name))));
}
