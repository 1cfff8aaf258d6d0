import type { Command } from 'commander';
import type { ManagedUserDto } from '../user/dto/managed-user.dto.js';
import type { UserWithInitialPassword } from '../user/user.service.js';
import { withMoment } from '../user/with-moment.js';
import { allPages } from './all-pages.js';
import { collect, command, type CommonOptions, readCount } from './options.js';
import { print, table } from './output.js';
import { type PasswordSource, readPassword } from './read-password.js';
import { UsageError } from './command-error.js';
import type { Services } from './services.js';
import { withServices } from './with-services.js';

interface ProfileOptions extends CommonOptions {
  readonly username?: string;
  readonly email?: string;
  readonly firstname?: string;
  readonly lastname?: string;
  readonly role?: string[];
  readonly roles: boolean;
  readonly passwordExpires?: string;
}

interface ListOptions extends CommonOptions {
  readonly search?: string;
  readonly limit?: number;
}

const SUCCESS = { message: 'Success' };
const USER = 'a username or an id';

export function userCommands(program: Command): void {
  const user = program.command('user').description('users: add, list, update, disable, enable, unlock, delete, reset');

  withProfile(
    command(
      user,
      'add',
      'Adds a user. Without a password option, prints a one-time password, which must be changed within seven days.',
      'add --username john.doe --email john.doe@example.com',
      'add --username root --email root@example.com --role admin --prompt',
      'add --username ci --email ci@example.com --password-stdin < password.txt',
    )
      .requiredOption(
        '--username <name>',
        'the username; no other may differ from it in letter case or composition alone',
      )
      .requiredOption('--email <address>', 'the e-mail address'),
  )
    .option('--password-stdin', 'read the password from standard input')
    .option('--prompt', 'ask for the password, without showing it')
    .action(add);

  command(user, 'list', 'Lists users, newest first.', 'list', 'list --search doe --json')
    .option('--search <text>', 'only users whose username or e-mail address contains this text')
    .option('--limit <count>', 'the maximum number of users', readCount)
    .action(list);

  withProfile(
    command(
      user,
      'update',
      'Changes the given fields of a user and leaves the others.',
      'update john.doe --email john@example.com',
      'update john.doe --role admin --role editor',
      'update john.doe --no-roles',
    )
      .argument('<user>', USER)
      .option('--username <name>', 'the new username')
      .option('--email <address>', 'the new e-mail address')
      .option('--no-roles', 'remove all roles'),
  ).action(update);

  simple(user, 'disable', 'Disables a user, and ends their sessions and auth headers permanently.', 'disabled');
  simple(user, 'enable', 'Enables a user again, without their former sessions and auth headers.', 'enabled');
  simple(user, 'unlock', 'Resets the counts of wrong passwords, so that the user can log in at once.', 'unlocked');
  simple(user, 'delete', 'Deletes a user with their sessions and auth headers.', 'deleted');

  command(
    user,
    'reset',
    "Replaces a user's password with a one-time password, prints it, and ends their sessions.",
    'reset john.doe',
  )
    .argument('<user>', USER)
    .action((name: string, options: CommonOptions) =>
      withServices(async (services) => {
        const { id } = await services.findUser(name);
        printWithPassword(options, services, await services.users.reset(id, services.actor));
      }),
    );
}

function withProfile(into: Command): Command {
  return into
    .option('--firstname <name>', 'the first name')
    .option('--lastname <name>', 'the last name')
    .option('--role <role>', 'a role, such as admin; may be given several times', collect)
    .option('--password-expires <date-time>', 'when the password must be changed, such as 2030-01-15T10:30:42Z');
}

/** A command whose only argument is a user. */
function simple(
  user: Command,
  name: 'disable' | 'enable' | 'unlock' | 'delete',
  description: string,
  done: string,
): void {
  command(user, name, description, `${name} john.doe`)
    .argument('<user>', USER)
    .action((wanted: string, options: CommonOptions) =>
      withServices(async ({ actor, users, findUser }) => {
        const { id, username } = await findUser(wanted);
        await users[name](id, actor);
        print(options, SUCCESS, [`${username} is ${done}.`]);
      }),
    );
}

async function add(options: ProfileOptions & PasswordSource): Promise<void> {
  const password = await readPassword(options);
  await withServices(async (services) => {
    const { validateOptions } = await import('./validate-options.js');
    const { AddUserDto } = await import('../user/dto/manage-user.dto.js');
    const { username, email, firstname, lastname, role, passwordExpires } = options;
    const fields = { firstname, lastname, roles: role, passwordExpires };
    const profile = await validateOptions(AddUserDto, {
      ...fields,
      ...(username && { username }),
      ...(email && { email }),
    });
    printWithPassword(options, services, await services.users.add(withMoment(profile), password, services.actor));
  });
}

async function update(name: string, options: ProfileOptions): Promise<void> {
  const { username, email, firstname, lastname, role, passwordExpires } = options;
  if (!options.roles && role !== undefined) throw new UsageError('Use --role or --no-roles, not both');
  const roles = options.roles ? role : [];
  const wanted = { username, email, firstname, lastname, roles, passwordExpires };
  if (Object.values(wanted).every((value) => value === undefined))
    throw new UsageError('Give at least one option to change');
  await withServices(async ({ actor, users, userAnswers, findUser }) => {
    const { validateOptions } = await import('./validate-options.js');
    const { UpdateUserDto } = await import('../user/dto/manage-user.dto.js');
    const { id: userId } = await findUser(name);
    const { id, ...profile } = await validateOptions(UpdateUserDto, { id: userId, ...wanted });
    const updated = userAnswers.managedUser(await users.update(id, withMoment(profile), actor));
    print(options, updated, describe([updated]));
  });
}

async function list(options: ListOptions): Promise<void> {
  await withServices(async ({ users, userAnswers }) => {
    const rows = await allPages((request) => users.list(options.search, request), options.limit);
    const found = rows.map((row) => userAnswers.managedUser(row));
    print(options, found, describe(found));
  });
}

function printWithPassword(options: CommonOptions, services: Services, made: UserWithInitialPassword): void {
  const { user, initialPassword } = made;
  const described = services.userAnswers.managedUser(user);
  const lines = describe([described]);
  if (initialPassword !== undefined) {
    lines.push('', `One-time password, shown only once and valid for seven days: ${initialPassword}`);
  }
  print(options, initialPassword === undefined ? described : { ...described, InitialPassword: initialPassword }, lines);
}

function describe(users: readonly ManagedUserDto[]): string[] {
  return table(
    ['USERNAME', 'EMAIL', 'ROLES', 'ENABLED', 'CREATED', 'ID'],
    users.map(({ Username, Email, Roles, Enabled, Created, Id }) => [
      Username,
      Email,
      Roles.join(','),
      Enabled ? 'yes' : 'no',
      Created,
      Id,
    ]),
  );
}
