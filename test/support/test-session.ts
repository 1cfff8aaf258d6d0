/** What a test does with either database in its own way. */
export interface TestSession {
  /** Runs one statement, with `?` for each value. */
  query(sql: string, values: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Begins a transaction during which nobody else writes; everybody can read. `COMMIT` or `ROLLBACK` ends it. */
  beginAlone(): Promise<void>;
  /** Makes every such statement on a table fail, until {@link allow}. */
  refuse(statement: Refusable, table: string): Promise<void>;
  allow(statement: Refusable, table: string): Promise<void>;
  /** Whether this session's changes heed foreign keys. */
  enforceReferences(isEnforced: boolean): Promise<void>;
  /** The names of all tables that the migrations have made, and their own. */
  tables(): Promise<string[]>;
  /** What the database itself finds wrong with what it has stored. */
  faults(): Promise<string[]>;
  /** Every byte that the database keeps of its rows. */
  dump(): Promise<Buffer>;
  close(): Promise<void>;
}

export type Refusable = 'INSERT' | 'UPDATE';
