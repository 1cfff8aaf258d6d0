/** Knows whether the database takes writes. Every database that the server supports implements it. */
export abstract class WriteHealth {
  /** Whether the last write of this process failed because the database could not take it: it was locked, full or read-only. */
  abstract isFailing(): boolean;
}
