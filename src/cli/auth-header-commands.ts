import type { Command } from 'commander';
import { toAuthHeaderDto } from '../authheader/auth-header-responses.js';
import type { AuthHeaderDto } from '../authheader/dto/auth-header.dto.js';
import type { AuthHeader } from '../database/entities/auth-header.entity.js';
import type { PageRequest } from '../database/paging.js';
import { allPages } from './all-pages.js';
import { command, type CommonOptions, readCount } from './options.js';
import { print } from './output.js';
import { type Columns, printList } from './print-list.js';
import { CommandError } from './command-error.js';
import { withServices } from './with-services.js';

interface ListOptions extends CommonOptions {
  readonly user?: string;
  readonly limit?: number;
}

/** An auth header with a masked token, and its owner. */
type ShownAuthHeader = AuthHeaderDto & { readonly username: string };

const COLUMNS: Columns<ShownAuthHeader> = {
  headings: ['NAME', 'TOKEN', 'USERNAME', 'SCOPES', 'CREATED', 'EXPIRES', 'LAST USED', 'ID'],
  cells: ({ name, token, username, scopes, created, expires = '', lastUsed = '', id }) => [
    name,
    token,
    username,
    scopes.join(','),
    created,
    expires,
    lastUsed,
    id,
  ],
};

export function authHeaderCommands(program: Command): void {
  const authHeader = program.command('authheader').description('auth headers: list, delete');

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
    'delete',
    'Revokes an auth header of any user.',
    'delete ep_Ab12…9xYz',
    'delete 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d',
  )
    .argument('<authheader>', 'its id, its masked form as the list shows it, or its value')
    .action(remove);
}

async function list(options: ListOptions): Promise<void> {
  await withServices(async ({ authHeaders, findUser }) => {
    const owner = options.user === undefined ? undefined : await findUser(options.user);
    const read = (request: PageRequest) => authHeaders.listAll(owner?.id, request);
    await printList(options, allPages(read, show, options.limit), COLUMNS);
  });
}

function show(authHeader: AuthHeader): ShownAuthHeader {
  const shown = toAuthHeaderDto({ authHeader, token: authHeader.masked });
  return { ...shown, username: authHeader.user.username };
}

async function remove(text: string, options: CommonOptions): Promise<void> {
  await withServices(async ({ actor, authHeaders }) => {
    const [found, ...others] = await authHeaders.find(text);
    if (found === undefined) throw new CommandError('There is no such auth header.');
    if (others.length > 0) throw new CommandError('Several auth headers have that masked form; use the id instead.');
    await authHeaders.revoke(found.userId, { column: 'id', value: found.id }, actor);
    print(options, { message: 'Success' }, [`${found.name} of ${found.user.username} is deleted.`]);
  });
}
