/** A row of the table of revocations, as the database holds it. */
export interface RevocationRow {
  readonly kind: string;
  readonly userId: string | null;
  readonly subjectId: string | null;
}

/** How far a poll has read the table. Positions that different processes have read in one database can be compared. */
export interface RevocationPosition {
  /** At most {@link MAX_POSITION_LENGTH} letters, digits and `_ . -`, the same for the same position. */
  readonly text: string;
  /** Whether every row that was read up to here was also read up to the other one. */
  isWithin(other: RevocationPosition): boolean;
  /** A position in the same database, from its text. @returns undefined if it is none, or of another history of the table */
  read(text: string): RevocationPosition | undefined;
}

/** It has to fit into a URL. */
export const MAX_POSITION_LENGTH = 4096;

/** What one poll tells. */
export interface RevocationPoll {
  /** The rows committed since the poll before, in the order of their commits. */
  readonly rows: readonly RevocationRow[];
  /** Whether these are all of them: false for the first poll, and after a gap. */
  readonly isComplete: boolean;
  readonly position: RevocationPosition;
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
