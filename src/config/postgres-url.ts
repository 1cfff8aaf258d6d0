import { isLoopback } from '../net/loopback.js';
import type { PostgresAddress, TlsMode } from './database-address.js';
import { InvalidSetting } from './invalid-setting.js';

/** Either of the names under which libpq knows the scheme. */
export const POSTGRES_SCHEME = /^postgres(?:ql)?:/;

const DEFAULT_PORT = 5432;
const FORM =
  'must look like postgres://user:password@host:5432/database, with / ? # @ : and % of a password written as %2F %3F %23 %40 %3A %25';

const TLS_MODES: readonly string[] = ['disable', 'require', 'verify-full'] satisfies TlsMode[];

/** What libpq and others accept in place of a host. A list of hosts would need a choice that this server does not make. */
const FORBIDDEN_HOST = /[,\s]/;

// eslint-disable-next-line no-control-regex -- these are what it looks for.
const CONTROL = /[\0-\x1F\x7F]/;

/**
 * The URL of a PostgreSQL database, with at most the option `sslmode`. The folder of a Unix socket stands for the host, with %2F
 * for /. No complaint repeats the URL, because it contains the password.
 * @throws InvalidSetting
 */
export function readPostgresUrl(text: string): PostgresAddress {
  const url = parse(text);
  const sslmode = tlsModeIn(url);
  const host = decode(url.hostname.replace(/^\[(.*)\]$/, '$1'));
  const [user, database] = [decode(url.username), decode(url.pathname.slice(1))];
  if (url.hash !== '') throw new InvalidSetting(FORM);
  if (host === '') throw new InvalidSetting('must name a host: postgres://user:password@host/database');
  if (FORBIDDEN_HOST.test(host)) throw new InvalidSetting('must name one host');
  // The driver takes port 0 for the default port, and the protocol ends each text at its first NUL.
  if (url.port === '0') throw new InvalidSetting('must name a port from 1 to 65535, or none for 5432');
  if ([host, user, decode(url.password), database].some((part) => CONTROL.test(part))) {
    throw new InvalidSetting('must contain no control characters, such as %00');
  }
  if (user === '') throw new InvalidSetting('must name a user: postgres://user:password@host/database');
  if (database === '' || database.includes('/')) throw new InvalidSetting('must name one database behind the host');
  return {
    kind: 'postgres',
    host,
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    user,
    password: url.password === '' ? undefined : decode(url.password),
    database,
    tls: sslmode ?? (isThisMachine(host) ? 'disable' : 'verify-full'),
  };
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new InvalidSetting(FORM);
  }
}

function tlsModeIn({ searchParams }: URL): TlsMode | undefined {
  for (const name of searchParams.keys()) {
    if (name === 'sslrootcert') throw new InvalidSetting('must have no option sslrootcert: set DATABASE_CA_FILE');
    if (name !== 'sslmode') throw new InvalidSetting('must have no options behind ? other than sslmode');
  }
  const [mode, ...others] = searchParams.getAll('sslmode');
  if (others.length > 0) throw new InvalidSetting('must have one sslmode, or none');
  return mode === undefined ? undefined : readTlsMode(mode);
}

/** The other modes of libpq continue without encryption, or check a certificate and not whose it is. */
function readTlsMode(mode: string): TlsMode {
  if (!isTlsMode(mode)) throw new InvalidSetting(`must have sslmode=${TLS_MODES.join(', ')}, or none`);
  return mode;
}

function isTlsMode(mode: string): mode is TlsMode {
  return TLS_MODES.includes(mode);
}

/** Nobody else can read what goes to a Unix socket or to a loopback address. */
function isThisMachine(host: string): boolean {
  return host.startsWith('/') || isLoopback(host);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new InvalidSetting(FORM);
  }
}
