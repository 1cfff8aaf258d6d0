import pg from 'pg';
import { advisoryLocks } from '../../src/database/postgres/advisory-locks.js';
import { ALL_USERS, SIGNING_KEYS, userLock } from '../../src/database/transactions.js';
import type { Refusable, TestSession } from './test-session.js';

/** Counts arrive as text otherwise, since they may be longer than a number of JavaScript. */
const TYPES = new pg.TypeOverrides();
TYPES.setTypeParser(pg.types.builtins.INT8, Number);

/** A connection to a database, by its superuser. */
export class PostgresSession implements TestSession {
  private last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly client: pg.Client) {}

  static async open(url: string): Promise<PostgresSession> {
    const client = new pg.Client({ connectionString: url, types: TYPES });
    // A test may end the database under it. What it asks afterwards fails by itself.
    client.on('error', () => undefined);
    await client.connect();
    return new PostgresSession(client);
  }

  async query(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    let count = 0;
    const numbered = sql.replaceAll('?', () => `$${++count}`);
    // A client takes one statement at a time, and tests ask for several at once.
    const answer = this.last.then(() => this.client.query<Record<string, unknown>>(numbered, [...values]));
    this.last = answer.catch(() => undefined);
    return (await answer).rows;
  }

  async beginAlone(): Promise<void> {
    const tables = await this.tables();
    const users = await this.query('SELECT id FROM "user"');
    await this.query('BEGIN');
    // What a server takes before it changes what others rest on. A change waits for these before it checks anything.
    const exclusive = [ALL_USERS, SIGNING_KEYS, ...users.map(({ id }) => userLock(String(id)))];
    for (const { text, values } of advisoryLocks({ exclusive })) await this.query(text, values);
    await this.query(`LOCK TABLE ${tables.map((name) => `"${name}"`).join(', ')} IN EXCLUSIVE MODE`);
  }

  async refuse(statement: Refusable, table: string): Promise<void> {
    await this.query(
      `CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
       AS $$ BEGIN RAISE EXCEPTION 'refused by a test'; END $$`,
    );
    await this.query(
      `CREATE TRIGGER "refuse_${statement}_${table}" BEFORE ${statement} ON "${table}"
       FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
  }

  async allow(statement: Refusable, table: string): Promise<void> {
    await this.query(`DROP TRIGGER "refuse_${statement}_${table}" ON "${table}"`);
  }

  async enforceReferences(isEnforced: boolean): Promise<void> {
    await this.query(`SET session_replication_role = ${isEnforced ? 'origin' : 'replica'}`);
  }

  async tables(): Promise<string[]> {
    const rows = await this.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`);
    return rows.map(({ tablename }) => String(tablename));
  }

  /** Reads every page, whose checksum PostgreSQL compares. */
  async faults(): Promise<string[]> {
    return this.dump().then(
      () => [],
      (error: unknown) => [String(error)],
    );
  }

  /** All rows of all tables, as text. */
  async dump(): Promise<Buffer> {
    const parts: string[] = [];
    for (const table of await this.tables()) {
      const rows = await this.query(`SELECT row_to_json(t)::text AS text, t::text AS plain FROM "${table}" t`);
      parts.push(table, ...rows.map(({ text, plain }) => `${String(text)}\n${String(plain)}`));
    }
    return Buffer.from(parts.join('\n'));
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
