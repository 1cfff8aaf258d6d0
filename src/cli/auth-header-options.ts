import type { Command } from 'commander';
import type { ManagedAuthHeaderDto } from '../authheader/dto/manage-auth-header.dto.js';
import type { RateLimitDto } from '../authheader/dto/rate-limit.dto.js';
import { UsageError } from './command-error.js';
import { collect, type CommonOptions, readCount } from './options.js';
import type { Columns } from './print-list.js';

export interface RateLimitOptions {
  readonly requests?: number;
  readonly windowSeconds?: number;
}

/** The options that {@link withBounds} adds. */
export interface BoundsOptions extends CommonOptions, RateLimitOptions {
  readonly expires?: string;
  readonly scope?: string[];
  readonly allowedIp?: string[];
}

export const AUTH_HEADER = 'its id, or the value or masked form of its token';

/** How commands print an auth header. */
export const COLUMNS: Columns<ManagedAuthHeaderDto> = [
  { heading: 'NAME', cell: ({ name }) => name },
  { heading: 'TOKEN', cell: ({ token }) => token },
  { heading: 'USERNAME', cell: ({ username }) => username },
  { heading: 'SCOPES', cell: ({ scopes }) => scopes.join(',') },
  {
    heading: 'RATE LIMIT',
    cell: ({ rateLimit }) => rateLimit && `${rateLimit.limit} in ${rateLimit.windowSeconds} s`,
    isWide: true,
  },
  { heading: 'CREATED', cell: ({ created }) => created, kind: 'time', isWide: true },
  { heading: 'EXPIRES', cell: ({ expires }) => expires, kind: 'time' },
  {
    heading: 'PREVIOUS TOKEN UNTIL',
    cell: ({ previousTokenExpires }) => previousTokenExpires,
    kind: 'time',
    isWide: true,
  },
  { heading: 'LAST USED', cell: ({ lastUsed }) => lastUsed, kind: 'time' },
  // The masked form of the token names it too.
  { heading: 'ID', cell: ({ id }) => id, kind: 'id', isWide: true },
];

/** The options for the properties of an auth header. */
export function withBounds(into: Command): Command {
  return into
    .option('--expires <date-time>', 'the expiry, such as 2030-01-15T10:30:42Z')
    .option('--scope <scope>', 'a scope; may be given several times', collect)
    .option('--allowed-ip <network>', 'an address or network it may be used from; may be given several times', collect)
    .option('--requests <count>', 'the rate limit: the maximum number of requests in a window', readCount)
    .option('--window-seconds <seconds>', 'the length of a window of the rate limit, at most 30 days', readCount);
}

/** @throws UsageError for a limit without its window, and a window without its limit */
export function rateLimitIn({ requests, windowSeconds }: RateLimitOptions): RateLimitDto | undefined {
  if (requests === undefined && windowSeconds === undefined) return undefined;
  if (requests === undefined || windowSeconds === undefined) {
    throw new UsageError('Give --requests and --window-seconds together');
  }
  return { limit: requests, windowSeconds };
}
