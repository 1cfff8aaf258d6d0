import type { Command } from 'commander';
import { toManagedAuthHeaderDto } from '../authheader/auth-header-responses.js';
import type { PageRequest } from '../database/paging.js';
import type { ManagedUserDto } from '../user/dto/managed-user.dto.js';
import type { FactorDto } from '../user/dto/factor.dto.js';
import { toFactorDto } from '../user/factor-responses.js';
import { allPages } from './all-pages.js';
import { command, type CommonOptions } from './options.js';
import { print } from './output.js';
import { sessionsOf } from './session-commands.js';
import { withServices } from './with-services.js';

/** A user, how many credentials the user has, and the second factors. */
interface ShownUser extends ManagedUserDto {
  readonly Sessions: number;
  readonly AuthHeaders: number;
  readonly Factors: readonly FactorDto[];
}

export function showCommand(user: Command): void {
  command(
    user,
    'show',
    'Shows a user, with the second factors and the numbers of sessions and auth headers.',
    'show john.doe',
    'show john.doe --json',
  )
    .argument('<user>', 'a username or an id')
    .action(show);
}

async function show(name: string, options: CommonOptions): Promise<void> {
  await withServices(async (services) => {
    const { authHeaders, factors, findUser, userAnswers } = services;
    const user = await findUser(name);
    const readAuthHeaders = (request: PageRequest) => authHeaders.listAll(user.id, undefined, request);
    const shown: ShownUser = {
      ...userAnswers.managedUser(user),
      Sessions: await countOf(sessionsOf(services, user.id)),
      AuthHeaders: await countOf(allPages(readAuthHeaders, toManagedAuthHeaderDto)),
      Factors: (await factors.list(user.id)).map(toFactorDto),
    };
    print(options, shown, linesOf(shown));
  });
}

async function countOf(pages: AsyncIterable<readonly unknown[]>): Promise<number> {
  let count = 0;
  for await (const page of pages) count += page.length;
  return count;
}

function linesOf(user: ShownUser): string[] {
  const { Kind = 'person', Enabled, PasswordExpiration = 'never', Roles } = user;
  const fields = [
    ['Username', user.Username],
    ['E-mail', user.Email],
    ['Name', [user.Firstname, user.Lastname].filter(Boolean).join(' ')],
    ['Kind', Kind],
    ['Roles', Roles.join(', ')],
    ['Enabled', Enabled ? 'yes' : 'no'],
    ['Created', user.Created],
    ...(Kind === 'person' ? [['Password expires', PasswordExpiration]] : []),
    ['Sessions', String(user.Sessions)],
    ['Auth headers', String(user.AuthHeaders)],
    ...(Kind === 'person'
      ? [['Second factors', user.Factors.map(({ kind, name }) => `${name} (${kind})`).join(', ')]]
      : []),
    ['Id', user.Id],
  ];
  return fields.map(([label = '', value]) => `${`${label}:`.padEnd(18)}${value === '' ? '-' : value}`);
}
