import type { ConnectionOptions } from 'node:tls';
import type { ClientConfig } from 'pg';
import type { PostgresAddress } from '../../config/database-address.js';
import type { Settings } from '../../config/settings.js';

/** How long a connection may take to be made, and a statement may wait for a free one. */
const CONNECT_LIMIT_MS = 2000;
const KEEP_ALIVE_AFTER_MS = 10_000;
const MAX_LISTS_AT_ONCE = 2;

export type PostgresSettings = Pick<Settings, 'databaseCa' | 'databasePoolMax' | 'databasePrepared'>;

/** Where a PostgreSQL database is, and how it is connected to. */
export class PostgresConnection {
  /** What messages call it. */
  readonly name: string;
  /** What every connection needs. No parameter of the session is among it: PgBouncer refuses those that it does not know. */
  readonly parameters: ClientConfig;
  readonly preparesStatements: boolean;
  /** How many connections changes, and lists over whole tables, may use at once. The others remain for look-ups of credentials. */
  readonly atOnce: { readonly changes: number; readonly lists: number };

  constructor(
    { host, port, user, password, database, tls }: PostgresAddress,
    { databaseCa, databasePoolMax, databasePrepared }: PostgresSettings,
  ) {
    this.name = `the database ${database} at ${host.includes(':') ? `[${host}]` : host}:${port}`;
    this.preparesStatements = databasePrepared;
    this.atOnce = {
      changes: Math.floor(databasePoolMax / 2),
      lists: Math.min(MAX_LISTS_AT_ONCE, Math.ceil(databasePoolMax / 4)),
    };
    this.parameters = {
      host,
      port,
      user,
      database,
      ...(password === undefined ? {} : { password }),
      ssl: tls === 'disable' ? false : tlsOptions(tls === 'verify-full', databaseCa),
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
    };
  }
}

/** As in libpq, `require` checks a certificate where its authority is given, and never whose certificate it is. */
function tlsOptions(isVerified: boolean, ca: string | undefined): ConnectionOptions {
  const authority = ca === undefined ? {} : { ca };
  if (isVerified) return { ...authority, rejectUnauthorized: true };
  return { ...authority, rejectUnauthorized: ca !== undefined, checkServerIdentity: () => undefined };
}
