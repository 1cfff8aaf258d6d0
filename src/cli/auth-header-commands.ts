import type { Command } from 'commander';
import { toManagedAuthHeaderDto } from '../authheader/auth-header-responses.js';
import type { ManagedAuthHeaderDto } from '../authheader/dto/manage-auth-header.dto.js';
import type { PageRequest } from '../database/paging.js';
import { allPages } from './all-pages.js';
import { UsageError } from './command-error.js';
import { command, type CommonOptions, readCount } from './options.js';
import { print } from './output.js';
import { type Columns, printList, table } from './print-list.js';
import { withServices } from './with-services.js';

interface ListOptions extends CommonOptions {
  readonly user?: string;
  readonly limit?: number;
}

interface LimitOptions extends CommonOptions {
  readonly requests?: number;
  readonly windowSeconds?: number;
  readonly none?: boolean;
}

const COLUMNS: Columns<ManagedAuthHeaderDto> = {
  headings: [
    'NAME',
    'TOKEN',
    'USERNAME',
    'SCOPES',
    'RATE LIMIT',
    'CREATED',
    'EXPIRES',
    'PREVIOUS TOKEN UNTIL',
    'LAST USED',
    'ID',
  ],
  cells: ({
    name,
    token,
    username,
    scopes,
    rateLimit,
    created,
    expires = '',
    previousTokenExpires = '',
    lastUsed = '',
    id,
  }) => [
    name,
    token,
    username,
    scopes.join(','),
    rateLimit === undefined ? '' : `${rateLimit.limit} in ${rateLimit.windowSeconds} s`,
    created,
    expires,
    previousTokenExpires,
    lastUsed,
    id,
  ],
};

export function authHeaderCommands(program: Command): void {
  const authHeader = program.command('authheader').description('auth headers: list, limit, delete');

  command(
    authHeader,
    'list',
    'Lists the auth headers of all users, newest first, with masked values.',
    'list',
    'list --user john.doe --json',
  )
    .option('--user <user>', 'only those of this user, given by username or id')
    .option('--limit <count>', 'the maximum number of auth headers', readCount)
    .action(list);

  command(
    authHeader,
    'limit',
    'Changes or removes the rate limit of an auth header of any user.',
    'limit ep_Ab12…9xYz --requests 1000 --window-seconds 60',
    'limit 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d --none',
  )
    .argument('<authheader>', 'its id, or the value or masked form of its token')
    .option('--requests <count>', 'the maximum number of requests in a window', readCount)
    .option('--window-seconds <seconds>', 'the length of a window, at most 30 days', readCount)
    .option('--none', 'remove the limit')
    .action(limit);

  command(
    authHeader,
    'delete',
    "Revokes an auth header of any user, or only its previous token during a rotation's overlap.",
    'delete ep_Ab12…9xYz',
    'delete 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d',
  )
    .argument('<authheader>', 'its id, or the value or masked form of its token or of its previous token')
    .action(remove);
}

async function list(options: ListOptions): Promise<void> {
  await withServices(async ({ authHeaders, findUser }) => {
    const owner = options.user === undefined ? undefined : await findUser(options.user);
    const read = (request: PageRequest) => authHeaders.listAll(owner?.id, request);
    await printList(options, allPages(read, toManagedAuthHeaderDto, options.limit), COLUMNS);
  });
}

async function limit(text: string, { requests, windowSeconds, none = false, ...options }: LimitOptions): Promise<void> {
  const isWhole = requests !== undefined && windowSeconds !== undefined;
  if (none ? requests !== undefined || windowSeconds !== undefined : !isWhole) {
    throw new UsageError('Give --requests and --window-seconds, or --none');
  }
  await withServices(async ({ actor, authHeaders }) => {
    const { validateOptions } = await import('./validate-options.js');
    const { RateLimitDto } = await import('../authheader/dto/rate-limit.dto.js');
    const rateLimit = none ? undefined : await validateOptions(RateLimitDto, { limit: requests, windowSeconds });
    const changed = toManagedAuthHeaderDto(await authHeaders.updateAny(text, rateLimit, actor));
    print(options, changed, table(COLUMNS, [changed]));
  });
}

async function remove(text: string, options: CommonOptions): Promise<void> {
  await withServices(async ({ actor, authHeaders }) => {
    const { authHeader, revoked } = await authHeaders.revokeOfAny(text, actor);
    const whose = `${authHeader.name} of ${authHeader.user.username}`;
    const done =
      revoked === 'auth header'
        ? `${whose} is deleted.`
        : `The previous token of ${whose} is ended; its current token stays valid.`;
    print(options, { message: 'Success' }, [done]);
  });
}
