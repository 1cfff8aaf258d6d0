import { databaseCodeOf, DatabaseUnreachable } from '../database-errors.js';

/**
 * Errors after which a connection is not used again: the server ends it (57P), it leads to a standby (25006), the transaction on
 * it has ended by itself (25P03, 25P04), or the network has failed.
 */
const UNFIT = /^(?:08...|25006|25P03|25P04|57P..|E[A-Z]+|connection lost)$/;

/** A conflict with another transaction, which the same work does not meet again. */
const CONFLICTS = ['40001', '40P01'];

/** A prepared statement no longer fits its tables, because their columns were changed. */
const OUTDATED_PLAN = '0A000';

/** Whether the connection on which this happened is to be closed. */
export function isConnectionUnfit(error: unknown): boolean {
  return error instanceof DatabaseUnreachable || isPlanOutdated(error) || UNFIT.test(databaseCodeOf(error) ?? '');
}

/** Whether a prepared statement has to be prepared again. */
export function isPlanOutdated(error: unknown): boolean {
  return databaseCodeOf(error) === OUTDATED_PLAN;
}

/** Whether a transaction that failed with this can succeed if it is run again. */
export function isConflict(error: unknown): boolean {
  return CONFLICTS.includes(databaseCodeOf(error) ?? '');
}
