/** Folds a log of the last writes into the database, so that a copy of its file alone is whole. */
export abstract class LogFolding {
  /** Where another process reads or writes at the moment, the log stays, and nothing is lost. */
  abstract fold(): Promise<void>;
}
