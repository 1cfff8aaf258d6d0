import type { Command } from 'commander';
import type { PageRequest } from '../database/paging.js';
import type { ShowUser } from '../user/initial-password.js';
import { withMoment } from '../user/with-moment.js';
import { allPages } from './all-pages.js';
import { confirm } from './confirm.js';
import { collect, command, type CommonOptions, confirming, readCount, refuseBoth, tabular } from './options.js';
import { type Line, print, printOnce } from './output.js';
import { printList, table } from './print-list.js';
import { factorCommands } from './factor-commands.js';
import { COLUMNS } from './user-columns.js';
import { type PasswordSource, readPassword } from './read-password.js';
import { UsageError } from './command-error.js';
import type { Services } from './services.js';
import { showCommand } from './user-show-command.js';
import { withServices } from './with-services.js';

interface ProfileOptions extends CommonOptions {
  readonly username?: string;
  readonly email?: string;
  readonly firstname?: string;
  readonly lastname?: string;
  readonly role?: string[];
  readonly roles: boolean;
  /** False for `--no-password-expires`. */
  readonly passwordExpires?: string | false;
}

interface NewProfileOptions extends ProfileOptions {
  readonly service?: boolean;
  readonly passwordExpires?: string;
}

interface ListOptions extends CommonOptions {
  readonly search?: string;
  readonly limit?: number;
}

interface ResetOptions extends CommonOptions {
  readonly endAuthHeaders?: boolean;
}

const SUCCESS = { message: 'Success' };
const LOSS = 'will lose all sessions and auth headers.';
const USER = 'a username or an id';

export function userCommands(program: Command): void {
  const user = program
    .command('user')
    .description('users: add, list, show, update, disable, enable, unlock, delete, reset, factor');

  withProfile(
    tabular(
      command(
        user,
        'add',
        `Adds a user. Without a password option, prints a one-time password, which must be changed within seven days. A service
account has no password: it acts by the auth headers of authheader add.`,
        'add --username john.doe --email john.doe@example.com',
        'add --username root --email root@example.com --role admin --prompt',
        'add --username ci --email ci@example.com --password-stdin < password.txt',
        'add --service --username nightly-backup',
      ),
    )
      .requiredOption(
        '--username <name>',
        'the username; no other may differ from it in letter case or composition alone',
      )
      .option('--email <address>', 'the e-mail address, which a service account does not need')
      .option('--service', 'add a service account'),
  )
    .option('--password-stdin', 'read the password from standard input')
    .option('--prompt', 'ask for the password, without showing it')
    .action(add);

  tabular(command(user, 'list', 'Lists users, newest first.', 'list', 'list --search doe --json'))
    .option('--search <text>', 'only users whose username or e-mail address contains this text')
    .option('--limit <count>', 'the maximum number of users', readCount)
    .action(list);

  showCommand(user);
  factorCommands(user);

  const changes = withProfile(
    tabular(
      command(
        user,
        'update',
        'Changes the given fields of a user and leaves the others.',
        'update john.doe --email john@example.com',
        'update john.doe --role admin --role editor',
        'update john.doe --no-roles --no-password-expires',
      ),
    )
      .argument('<user>', USER)
      .option('--username <name>', 'the new username')
      .option('--email <address>', 'the new e-mail address')
      .option('--no-roles', 'remove all roles'),
  )
    // After the option that it negates; otherwise its default would be true.
    .option('--no-password-expires', 'remove the date at which the password must be changed')
    .action(update);
  refuseBoth(changes, 'password-expires');

  simple(user, 'disable', 'Disables a user, and ends their sessions and auth headers permanently.', 'disabled', LOSS);
  simple(user, 'enable', 'Enables a user again, without their former sessions and auth headers.', 'enabled');
  simple(user, 'unlock', 'Resets the counts of wrong passwords, so that the user can log in at once.', 'unlocked');
  simple(user, 'delete', 'Deletes a user with their sessions and auth headers.', 'deleted', LOSS);

  confirming(
    tabular(
      command(
        user,
        'reset',
        "Replaces a user's password with a one-time password, prints it, and ends their sessions.",
        'reset john.doe',
        'reset john.doe --end-auth-headers',
      ),
    ),
  )
    .argument('<user>', USER)
    .option('--end-auth-headers', 'also delete all auth headers of the user')
    .action((name: string, options: ResetOptions) =>
      withServices(async (services) => {
        const { id, username } = await services.findUser(name);
        const { endAuthHeaders = false } = options;
        const ending = endAuthHeaders ? 'sessions and auth headers' : 'sessions';
        await confirm(options, () => `The password of ${username} will be replaced, and all ${ending} will end.`);
        await services.users.reset(id, endAuthHeaders, services.actor, showWithPassword(options, services));
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

/**
 * A command whose only argument is a user.
 * @param loss what the user loses for good, if the command has to ask before.
 */
function simple(
  user: Command,
  name: 'disable' | 'enable' | 'unlock' | 'delete',
  description: string,
  done: string,
  loss?: string,
): void {
  const made = command(user, name, description, `${name} john.doe`).argument('<user>', USER);
  if (loss !== undefined) confirming(made);
  made.action((wanted: string, options: CommonOptions) =>
    withServices(async ({ actor, users, findUser }) => {
      const { id, username } = await findUser(wanted);
      if (loss !== undefined) await confirm(options, () => `${username} will be ${done}, and ${loss}`);
      await users[name](id, actor);
      print(options, SUCCESS, [`${username} is ${done}.`]);
    }),
  );
}

async function add(options: NewProfileOptions & PasswordSource): Promise<void> {
  const { service = false } = options;
  if (service && (options.prompt || options.passwordStdin)) throw new UsageError('A service account has no password');
  if (!service && options.email === undefined) throw new UsageError('Give --email, or --service');
  const password = await readPassword(options);
  await withServices(async (services) => {
    const { validateOptions } = await import('./validate-options.js');
    const { AddUserDto } = await import('../user/dto/manage-user.dto.js');
    const { username, email, firstname, lastname, role, passwordExpires } = options;
    const fields = { firstname, lastname, roles: role, passwordExpires, ...(service && { kind: 'service' as const }) };
    const profile = await validateOptions(AddUserDto, {
      ...fields,
      ...(username !== undefined && { username }),
      ...(email !== undefined && { email }),
    });
    const show = showWithPassword(options, services);
    await services.users.add(withMoment(profile), password, services.actor, show);
  });
}

async function update(name: string, options: ProfileOptions): Promise<void> {
  const { username, email, firstname, lastname, role } = options;
  const passwordExpires = options.passwordExpires === false ? null : options.passwordExpires;
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
    print(options, updated, table(COLUMNS, [updated], options));
  });
}

async function list(options: ListOptions): Promise<void> {
  await withServices(async ({ users, userAnswers }) => {
    const read = (request: PageRequest) => users.list(options.search, request);
    const pages = allPages(read, (user) => userAnswers.managedUser(user), options.limit);
    await printList(options, pages, COLUMNS);
  });
}

/** A password that is shown once must have been shown before anything depends on it. */
function showWithPassword(options: CommonOptions, services: Services): ShowUser {
  return ({ user, initialPassword }) => {
    const described = services.userAnswers.managedUser(user);
    const lines: Line[] = table(COLUMNS, [described], options);
    if (initialPassword === undefined) {
      print(options, described, lines);
      return Promise.resolve();
    }
    lines.push('', `One-time password, shown only once and valid for seven days: ${initialPassword}`);
    return printOnce('one-time password', options, { ...described, InitialPassword: initialPassword }, lines);
  };
}
