import type { Command } from 'commander';
import { toManagedAuthHeaderDto } from '../authheader/auth-header-responses.js';
import type { UpdateAuthHeaderDto } from '../authheader/dto/update-auth-header.dto.js';
import { MAX_NOTICE_DAYS } from '../authheader/notice.js';
import type { PageRequest } from '../database/paging.js';
import {
  AUTH_HEADER,
  type BoundsOptions,
  COLUMNS,
  rateLimitIn,
  type RateLimitOptions,
  withBounds,
} from './auth-header-options.js';
import { tokenCommands } from './auth-header-token-commands.js';
import { allPages } from './all-pages.js';
import { UsageError } from './command-error.js';
import { confirm } from './confirm.js';
import { command, type CommonOptions, confirming, countUpTo, readCount, refuseBoth, tabular } from './options.js';
import { print } from './output.js';
import { printList, table } from './print-list.js';
import { withServices } from './with-services.js';

interface ListOptions extends CommonOptions {
  readonly user?: string;
  /** In days; true for the option without a number. */
  readonly expiring?: number | true;
  readonly limit?: number;
}

interface LimitOptions extends CommonOptions, RateLimitOptions {
  readonly none?: boolean;
}

/** False stands for a `--no-` option; true is what commander gives where neither form is used. */
interface UpdateOptions extends Omit<BoundsOptions, 'expires'> {
  readonly name?: string;
  readonly expires?: string | false;
  readonly scopes: boolean;
  readonly allowedIps: boolean;
  readonly rateLimit: boolean;
}

/** The notice before an expiry that is enough to give a program another token. */
const NOTICE_DAYS = 14;

export function authHeaderCommands(program: Command): void {
  const authHeader = program
    .command('authheader')
    .description('auth headers: list, add, rotate, update, limit, delete');

  tabular(
    command(
      authHeader,
      'list',
      'Lists the auth headers of all users, newest first, with masked values.',
      'list',
      'list --user john.doe --json',
      'list --expiring 30',
    ),
  )
    .option('--user <user>', 'only those of this user, given by username or id')
    .option(
      '--expiring [days]',
      `only those that expire within so many days, ${NOTICE_DAYS} without a number`,
      countUpTo(MAX_NOTICE_DAYS),
    )
    .option('--limit <count>', 'the maximum number of auth headers', readCount)
    .action(list);

  tokenCommands(authHeader);

  const changes = withBounds(
    tabular(
      command(
        authHeader,
        'update',
        'Changes the given properties of an auth header of any user, and leaves the others and the token.',
        'update ep_Ab12…9xYz --expires 2031-01-15T10:30:42Z',
        'update 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d --scope orders:read --scope orders:write',
        'update 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d --name ci --no-allowed-ips --no-rate-limit',
      ),
    )
      .argument('<authheader>', AUTH_HEADER)
      .option('--name <name>', 'the new name')
      .option('--no-scopes', 'remove all scopes')
      .option('--no-allowed-ips', 'allow any address')
      .option('--no-rate-limit', 'remove the rate limit'),
  )
    // After the option that it negates; otherwise its default would be true.
    .option('--no-expires', 'remove the expiry')
    .action(update);
  refuseBoth(changes, 'expires');

  tabular(
    command(
      authHeader,
      'limit',
      'Changes or removes the rate limit of an auth header of any user.',
      'limit ep_Ab12…9xYz --requests 1000 --window-seconds 60',
      'limit 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d --none',
    ),
  )
    .argument('<authheader>', AUTH_HEADER)
    .option('--requests <count>', 'the maximum number of requests in a window', readCount)
    .option('--window-seconds <seconds>', 'the length of a window, at most 30 days', readCount)
    .option('--none', 'remove the limit')
    .action(limit);

  confirming(
    command(
      authHeader,
      'delete',
      "Revokes an auth header of any user, or only its previous token during a rotation's overlap.",
      'delete ep_Ab12…9xYz',
      'delete 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d',
    ),
  )
    .argument('<authheader>', 'its id, or the value or masked form of its token or of its previous token')
    .action(remove);
}

async function list(options: ListOptions): Promise<void> {
  await withServices(async ({ authHeaders, findUser }) => {
    const owner = options.user === undefined ? undefined : await findUser(options.user);
    const days = options.expiring === true ? NOTICE_DAYS : options.expiring;
    const read = (request: PageRequest) => authHeaders.listAll(owner?.id, days, request);
    await printList(options, allPages(read, toManagedAuthHeaderDto, options.limit), COLUMNS);
  });
}

async function limit(text: string, options: LimitOptions): Promise<void> {
  const { requests, windowSeconds, none = false } = options;
  const given = [requests, windowSeconds].filter((value) => value !== undefined).length;
  if (given !== (none ? 0 : 2)) throw new UsageError('Give --requests and --window-seconds, or --none');
  await change(text, { rateLimit: rateLimitIn(options) ?? null }, options);
}

async function update(text: string, options: UpdateOptions): Promise<void> {
  const { name, scope, scopes, allowedIp, allowedIps, rateLimit } = options;
  const limit = rateLimitIn(options);
  if (!scopes && scope !== undefined) throw new UsageError('Use --scope or --no-scopes, not both');
  if (!allowedIps && allowedIp !== undefined) throw new UsageError('Use --allowed-ip or --no-allowed-ips, not both');
  if (!rateLimit && limit !== undefined) throw new UsageError('Use --requests or --no-rate-limit, not both');
  const wanted = {
    name,
    expires: options.expires === false ? null : options.expires,
    scopes: scopes ? scope : [],
    allowedIps: allowedIps ? allowedIp : [],
    rateLimit: rateLimit ? limit : null,
  };
  if (Object.values(wanted).every((value) => value === undefined)) {
    throw new UsageError('Give at least one option to change');
  }
  await change(text, wanted, options);
}

/** Validates a change by the rules of the HTTP call, makes it and prints the auth header. */
async function change(text: string, wanted: Partial<UpdateAuthHeaderDto>, options: CommonOptions): Promise<void> {
  await withServices(async ({ actor, authHeaderChanges }) => {
    const { validateOptions } = await import('./validate-options.js');
    const { UpdateAuthHeaderDto } = await import('../authheader/dto/update-auth-header.dto.js');
    const { changeIn } = await import('../authheader/auth-header-changes.js');
    const asked = changeIn(await validateOptions(UpdateAuthHeaderDto, { text, ...wanted }));
    const changed = toManagedAuthHeaderDto(await authHeaderChanges.updateAny(text, asked, actor));
    print(options, changed, table(COLUMNS, [changed], options));
  });
}

async function remove(text: string, options: CommonOptions): Promise<void> {
  await withServices(async ({ actor, authHeaders, authHeaderSearch }) => {
    await confirm(options, async () => {
      const { lookupOf } = await import('../authheader/auth-header-lookup.js');
      const found = await authHeaderSearch.any(text);
      const lookup = lookupOf(text);
      const isPrevious = lookup !== undefined && found[lookup.column] !== lookup.value;
      return `${isPrevious ? 'The previous token of the' : 'The'} auth header ${found.name} of ${found.user.username} will be revoked.`;
    });
    const { authHeader, revoked } = await authHeaders.revokeOfAny(text, actor);
    const whose = `${authHeader.name} of ${authHeader.user.username}`;
    const done =
      revoked === 'auth header'
        ? `${whose} is deleted.`
        : `The previous token of ${whose} is ended; its current token stays valid.`;
    print(options, { message: 'Success' }, [done]);
  });
}
