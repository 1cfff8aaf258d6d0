/** A row of the table of revocations, as the database holds it. */
export interface RevocationRow {
  readonly kind: string;
  readonly userId: string | null;
  readonly subjectId: string | null;
}

/** What one poll tells. */
export interface RevocationPoll {
  /** The rows committed since the poll before, in the order of their commits. */
  readonly rows: readonly RevocationRow[];
  /** Whether these are all of them: false for the first poll, and after a gap. */
  readonly isComplete: boolean;
}

/** Reads what was revoked since it was last asked, by whatever process. Every database that the server supports implements it. */
export abstract class RevocationSource {
  /**
   * Sees every row that was committed before it was called. A rejected poll loses nothing: the next one tells its rows.
   * Polls must not overlap.
   */
  abstract poll(): Promise<RevocationPoll>;

  /** Ends its connection. A later poll rejects. */
  abstract close(): Promise<void>;
}
