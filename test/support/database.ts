import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { copyFolderDatabase, urlOfFolderDatabase } from './folder-database.js';
import { databaseFileIn, postgresUrl } from './launch.js';
import type { RunningServer } from './server.js';
import type { Refusable, TestSession } from './test-session.js';
import { TESTED_DATABASE } from './tested-database.js';

/** How long a server takes at most to learn what another process revoked. */
export const REVOCATION_DELAY_MS = 1000;

/** A connection to a server's database, for what no call can do: moving time, breaking rows, counting them. */
export class TestDatabase {
  private session: Promise<TestSession> | undefined;

  /**
   * The database that belongs to a working folder; it is opened when it is first asked.
   * @param openSession where the server uses another database
   */
  constructor(
    private readonly server: Pick<RunningServer, 'folder'>,
    private readonly openSession: () => Promise<TestSession> = () => open(server.folder),
  ) {}

  /** The database of a server that has been started, opened. */
  static async of(server: Pick<RunningServer, 'folder'>): Promise<TestDatabase> {
    const database = new TestDatabase(server);
    await database.opened();
    return database;
  }

  /**
   * Runs a statement that means the same to both databases. After one that takes something from a credential, it tells the
   * servers, as `personas revoke-everything` does, and waits until each has heard.
   */
  async query<Row = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<Row[]> {
    const session = await this.opened();
    const rows = await session.query(sql, values);
    if (/^\s*(UPDATE|DELETE FROM) "?(user|session|auth_header|signing_key)\b/i.test(sql)) {
      await session.query("INSERT INTO revocation (at, kind) VALUES (?, 'everything')", [new Date().toISOString()]);
      await sleep(REVOCATION_DELAY_MS);
    }
    return rows as Row[];
  }

  /** @see TestSession.beginAlone */
  async beginAlone(): Promise<void> {
    await (await this.opened()).beginAlone();
  }

  /** @see TestSession.refuse */
  async refuse(statement: Refusable, table: string): Promise<void> {
    await (await this.opened()).refuse(statement, table);
  }

  /** @see TestSession.allow */
  async allow(statement: Refusable, table: string): Promise<void> {
    await (await this.opened()).allow(statement, table);
  }

  /** @see TestSession.enforceReferences */
  async enforceReferences(isEnforced: boolean): Promise<void> {
    await (await this.opened()).enforceReferences(isEnforced);
  }

  /** @see TestSession.tables */
  async tables(): Promise<string[]> {
    return (await this.opened()).tables();
  }

  /** @see TestSession.faults */
  async faults(): Promise<string[]> {
    return (await this.opened()).faults();
  }

  /** @see TestSession.dump */
  async dump(): Promise<Buffer> {
    return (await this.opened()).dump();
  }

  /** Makes the database of an empty folder a copy of this one, whose server has stopped. */
  async copyTo(folder: string): Promise<void> {
    mkdirSync(join(folder, 'data'), { mode: 0o700 });
    if (TESTED_DATABASE === 'sqlite') {
      await this.query('VACUUM INTO ?', databaseFileIn(folder));
    } else {
      await this.close();
      await copyFolderDatabase(postgresUrl(), this.server.folder, folder);
    }
  }

  async close(): Promise<void> {
    const session = await this.session;
    this.session = undefined;
    await session?.close();
  }

  /**
   * Another user, with the first one's password.
   * @param columns what else the row says: no server has heard of the user, so that none has to be told
   */
  async addUser(
    username: string,
    roles: string[] = [],
    columns: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { v7: newId } = await import('uuid');
    const id = newId();
    await this.query(
      `INSERT INTO "user" (id, username, username_key, email, email_key, password_hash, password_changed, roles, created)
       SELECT ?, ?, ?, ?, ?, password_hash, password_changed, ?, created FROM "user" ORDER BY created, id LIMIT 1`,
      id,
      username,
      username.toLowerCase(),
      `${username}@example.com`,
      `${username.toLowerCase()}@example.com`,
      JSON.stringify(roles),
    );
    for (const [name, value] of Object.entries(columns))
      await (await this.opened()).query(`UPDATE "user" SET ${name} = ? WHERE id = ?`, [value, id]);
    return id;
  }

  private opened(): Promise<TestSession> {
    return (this.session ??= this.openSession());
  }
}

/** Drivers are loaded by the first query: each test file would load both anew, and most need neither. */
async function open(folder: string): Promise<TestSession> {
  if (TESTED_DATABASE === 'sqlite') {
    const { SqliteSession } = await import('./sqlite-session.js');
    return SqliteSession.open(databaseFileIn(folder));
  }
  const { PostgresSession } = await import('./postgres-session.js');
  return PostgresSession.open(urlOfFolderDatabase(postgresUrl(), folder));
}
