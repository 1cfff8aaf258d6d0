/** A SQLite file. */
export interface SqliteAddress {
  readonly kind: 'sqlite';
  /** Its path, relative to the working folder. */
  readonly file: string;
}

/** How a connection is encrypted, and whether the server's certificate is checked, in the words of libpq. */
export type TlsMode = 'disable' | 'require' | 'verify-full';

/** A PostgreSQL database. */
export interface PostgresAddress {
  readonly kind: 'postgres';
  /** A host name, an IP address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Undefined where the server asks for none. It appears in no message. */
  readonly password: string | undefined;
  readonly database: string;
  readonly tls: TlsMode;
}

/** What DATABASE_URL names. */
export type DatabaseAddress = SqliteAddress | PostgresAddress;
