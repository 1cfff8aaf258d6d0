/**
 * The clock of the database. All processes share it, whatever their own clocks say: what they count together is counted by it.
 * Every database that the server supports implements it.
 */
export abstract class DatabaseClock {
  /** Milliseconds since 1970. */
  abstract now(): Promise<number>;
}
