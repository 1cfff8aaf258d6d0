import type { WriteRecord } from './write-record.js';

/** Knows whether the database takes writes. Every database that the server supports implements it. */
export abstract class WriteHealth {
  /** The last write of this process. */
  abstract readonly record: WriteRecord;
}
