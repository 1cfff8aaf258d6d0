import type { Snapshot } from './snapshot.js';

/** With more news than this, forgetting everything is cheaper. */
export const MAX_ROWS = 1000;

/** After every transaction there can be, so that a first poll reads no rows. */
export const NO_SNAPSHOT: Snapshot = { xmax: 2n ** 63n, inProgress: [] };

/** A row of a poll: what is so at that moment, and a revocation, if there is one. */
export interface PolledRow {
  readonly snapshot: string;
  readonly isStandby: boolean;
  readonly epoch: string | null;
  /** The part of a history of commits that a server writes until it is replaced by another; null if it is not known. */
  readonly timeline: string | null;
  readonly kind: string | null;
  readonly userId: string | null;
  readonly subjectId: string | null;
}

const COLUMNS = 'kind, user_id AS "userId", subject_id AS "subjectId"';

/**
 * One statement sees one snapshot, so that the snapshot it answers and its rows agree. `$1` is the `xmax` of the snapshot before,
 * and `$2` what was in progress then. Two queries, and no OR, so that each uses the index.
 */
export function pollStatement(withTimeline: boolean): string {
  // A standby has no position to write at.
  const timeline = withTimeline
    ? 'CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END'
    : 'CAST(NULL AS text)';
  return `SELECT CAST(pg_current_snapshot() AS text) AS snapshot, pg_is_in_recovery() AS "isStandby",
      (SELECT epoch FROM revocation_epoch) AS epoch, ${timeline} AS timeline, news.*
    FROM (VALUES (1)) AS one LEFT JOIN (
      SELECT ${COLUMNS} FROM revocation WHERE xid >= CAST($1 AS xid8)
      UNION ALL
      SELECT ${COLUMNS} FROM revocation WHERE xid = ANY(CAST($2 AS xid8[])) AND xid < CAST($1 AS xid8)
      LIMIT ${MAX_ROWS + 1}
    ) AS news ON true`;
}
