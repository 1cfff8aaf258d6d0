import type { QueryRunner, TableOptions } from 'typeorm';

/** What SQL and the migrations say differently to each kind of database. `dialectOf` chooses it. */
export interface Dialect {
  /**
   * The condition of a change of several rows, which locks them in the order of their keys before it changes one. Two changes
   * that lock rows in the order in which they find them can wait for each other.
   */
  lockedInOrder(table: string, key: string, condition: string): string;

  /** How many transactions can write at once and not wait for each other, as far as it is worth to provide for it. */
  readonly writersAtOnce: number;

  /** Ends a query of rows that are going to be changed, and waits for those that another transaction has locked. */
  readonly lockingRows: string;

  /** Ends a query of rows that are going to be changed, and leaves out those that another transaction has locked. */
  readonly lockingFreeRows: string;

  /** Ends a query on whose rows of some tables a transaction relies: nobody changes or deletes them before it ends. */
  keeping(...tables: string[]): string;

  /** The type of a text column of at most this many characters, by whose bytes rows are compared and sorted. */
  textType(length: number): string;

  /** The seconds since 1970 of a moment, which is stored as text. */
  epochSeconds(moment: string): string;

  /** The lesser of two texts. */
  least(one: string, other: string): string;

  /** Makes a table, whose texts are compared by their bytes. */
  createTable(runner: QueryRunner, table: TableOptions): Promise<void>;

  /** Leaves room in a table for new versions of its rows, which change often and are few. */
  reserveSpace(runner: QueryRunner, table: string): Promise<void>;

  /** Stores with each row of a table which transaction inserted it, unless the order of the ids tells the order of the commits. */
  recordTransactions(runner: QueryRunner, table: string): Promise<void>;
}
