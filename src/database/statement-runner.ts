import type { ObjectLiteral } from 'typeorm';
import type { QueueBounds } from './bounded-queue.js';

/** How lists over whole tables wait for each other. */
export const LISTS_WAIT: Omit<QueueBounds, 'concurrency'> = { places: 100, waitLimitMs: 5000 };

/** How many connections of a pool there are, by what they do, and how many statements wait for one. */
export interface ConnectionCounts {
  readonly used: number;
  readonly idle: number;
  readonly waiting: number;
}

/**
 * Runs the statements that read, in autocommit: each sees what is committed, and never what another request has not
 * committed yet. Every database that the server supports implements it.
 */
export abstract class StatementRunner {
  /**
   * @param sql with the placeholders of the database.
   * @param values in the order of the placeholders, as the database holds them: a moment is a text.
   * @returns the rows, by the names of their columns.
   */
  abstract query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]>;

  /**
   * The same for a page of a list. Which index finds it soonest depends on the values: the order of the list leads to the rows of a
   * user who has many of them, and past the whole table to those of one who has few.
   */
  queryPage(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    return this.query(sql, values);
  }

  /** Whether the database has left everything unanswered lately, so that what waits for an answer waits in vain. */
  isSilent(): boolean {
    return false;
  }

  /** The connections of its pool; undefined where there is none. */
  connections(): ConnectionCounts | undefined {
    return undefined;
  }
}

/**
 * The same for lists over a whole table. It has a connection of its own: a statement that reads a million rows must not delay
 * the look-up of a credential, which waits for its connection.
 */
export abstract class ListRunner extends StatementRunner {}
