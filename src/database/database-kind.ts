import type { Provider } from '@nestjs/common';
import type { DataSource, DataSourceOptions } from 'typeorm';

/** What is at the place of a database: none, one without content, one without tables, or one that a start has migrated. */
export type DatabaseState = 'missing' | 'empty' | 'without tables' | 'migrated';

/** A kind of database, and everything in which it differs from the others. `databaseOf` chooses it. */
export abstract class DatabaseKind {
  /** What messages call the database: a path, or a host, a port and a name. It contains no password. */
  abstract readonly name: string;

  /** The files of this machine that hold the data, and that no other user may read, also those that do not exist yet. */
  abstract readonly files: readonly string[];

  /** The providers of what differs: the runners, the feed, the transactions, the monitors. */
  abstract readonly providers: readonly Provider[];

  /** The connection, for a server or a command. */
  abstract options(): DataSourceOptions;

  /** The connection, for `doctor`, which changes nothing. */
  abstract readOnlyOptions(): DataSourceOptions;

  /** Connects. @throws Error for a server that is not supported */
  abstract connect(dataSource: DataSource): Promise<void>;

  /** What is there now. A database that cannot be looked at counts as migrated: that is reported when it is opened. */
  abstract state(): Promise<DatabaseState>;

  /** What commands say while there is no database with content: nothing but a start of the server makes one, if it may. */
  abstract describeAbsence(): Promise<string>;

  /**
   * Connects for `doctor`, and examines the database itself.
   * @returns what is well with it.
   * @throws DatabaseFault
   */
  abstract inspect(dataSource: DataSource): Promise<string>;

  /**
   * Writes a consistent and checked copy to a file, while servers write.
   * @throws DatabaseFault naming what to use instead, if this kind of database has its own tools
   */
  abstract backUp(file: string): Promise<void>;

  /**
   * Prepares the replacement of the database by a copy, without changing the database.
   * @throws DatabaseFault naming what to use instead, if this kind of database has its own tools
   */
  abstract prepareRestore(file: string): Promise<PreparedRestore>;
}

/** A backup that is ready to replace the database. */
export interface PreparedRestore {
  /** The replacement, which can be opened and changed. */
  readonly draft: DatabaseKind;

  /**
   * Replaces the database by the draft, which nobody has open, also while servers run.
   * @returns the file that keeps what was replaced; undefined if there was nothing.
   */
  commit(): Promise<string | undefined>;

  /** Removes the draft. */
  discard(): void;
}

/** What an operator has to do something about. */
export class DatabaseFault extends Error {}
