import { changedProgram } from '../support/changed-program.js';

const SNAPSHOT = 'CAST(pg_current_snapshot() AS text)';
const NEW_ROWS = 'xid >= CAST($1 AS xid8)';
const LATE_ROWS = 'xid = ANY(CAST($2 AS xid8[])) AND xid < CAST($1 AS xid8)';
const NO_LATE_ROWS = 'CAST($2 AS text[]) IS NULL';

/** A cursor that is one number, in the form of a snapshot. */
const cursor = (number: string): string => `'0:' || ${number} || ':'`;
const XMIN = 'pg_snapshot_xmin(pg_current_snapshot())';
const TWO_SECONDS_AGO = `to_char(now() AT TIME ZONE 'UTC' - interval '2 s', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Polls that look right, and lose what is committed out of order: the parts of the statement, and what takes their place. */
const POLLS: Readonly<Record<string, readonly (readonly [found: string, replacement: string])[]>> = {
  'id > last': [
    [SNAPSHOT, cursor('(SELECT coalesce(max(id), 0) FROM revocation)')],
    [LATE_ROWS, NO_LATE_ROWS],
    [NEW_ROWS, 'id > CAST($1 AS numeric)'],
  ],
  'an overlap of two seconds': [
    [LATE_ROWS, NO_LATE_ROWS],
    [NEW_ROWS, `at > ${TWO_SECONDS_AGO} AND CAST($1 AS text) IS NOT NULL`],
  ],
  'a fence at the oldest transaction': [
    [SNAPSHOT, cursor(XMIN)],
    [LATE_ROWS, NO_LATE_ROWS],
    [NEW_ROWS, `${NEW_ROWS} AND xid < ${XMIN}`],
  ],
};

export const MUTANTS = Object.keys(POLLS);

/** The built program with another poll. @returns the path of its `main.js`. */
export function mutant(name: string): string {
  const literally = (text: string): RegExp => new RegExp(text.replace(/[$()[\]*]/g, '\\$&'));
  return changedProgram((POLLS[name] ?? []).map(([found, replacement]) => [literally(found), replacement]));
}
