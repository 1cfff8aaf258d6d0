import { DatabaseFault } from '../database-kind.js';

const OLDEST = 14;

/** What tells one server from another. */
export const SERVER_QUERY = `SELECT version() AS version, current_setting('server_encoding') AS encoding,
  pg_is_in_recovery() AS "isStandby"`;

/** The row of {@link SERVER_QUERY}. */
export interface ServerFacts {
  readonly version: string;
  readonly encoding: string;
  readonly isStandby: boolean;
}

/** Databases that speak PostgreSQL's protocol, and promise something else about transactions. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/CockroachDB/i, 'CockroachDB'],
  [/-YB-|Yugabyte/i, 'YugabyteDB'],
  [/DSQL/i, 'Aurora DSQL'],
  [/Redshift/i, 'Redshift'],
];
/** Its version names PostgreSQL alone. */
const DSQL_HOST = /\.dsql\.[^.]+\.on\.aws$/;

/**
 * What the server calls itself.
 * @throws DatabaseFault where this server cannot keep its promises on it
 */
export function describeServer({ version, encoding, isStandby }: ServerFacts, host: string): string {
  const other = DSQL_HOST.test(host) ? 'Aurora DSQL' : OTHERS.find(([pattern]) => pattern.test(version))?.[1];
  if (other !== undefined)
    throw new DatabaseFault(`it is ${other}, which is not supported: PostgreSQL ${OLDEST} or newer is`);
  const [, number, major] = /^PostgreSQL ((\d+)\S*)/.exec(version) ?? [];
  if (number === undefined)
    throw new DatabaseFault(`it is no PostgreSQL, which in version ${OLDEST} or newer is supported`);
  if (Number(major) < OLDEST) throw new DatabaseFault(`it is PostgreSQL ${number}, and ${OLDEST} or newer is needed`);
  if (encoding !== 'UTF8') throw new DatabaseFault(`its encoding is ${encoding}, and UTF8 is needed`);
  if (isStandby) throw new DatabaseFault('it is a standby that takes no writes: name the primary');
  return `PostgreSQL ${number}`;
}
