/** What one poll of the database tells of the commits to it. */
export interface CommitCounters {
  /** Moves with every commit of another process. */
  readonly foreign: number;
  /** Moves with every commit, including those of this process. */
  readonly any: number;
  /** How many commits this process had made before `any` was asked for, and when it was answered. */
  readonly ownBefore: number;
  readonly ownAfter: number;
}

/** Knows which commits a database has seen, and whether it takes writes. Every database that the server supports implements it. */
export abstract class CommitMonitor {
  /** Rejects if the database does not answer. */
  abstract readCounters(): Promise<CommitCounters>;

  /** Whether the last write of this process failed because the database could not take it: it was locked, full or read-only. */
  abstract isWriteFailing(): boolean;
}
