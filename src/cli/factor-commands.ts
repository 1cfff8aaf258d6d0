import type { Command } from 'commander';
import type { FactorDto } from '../user/dto/factor.dto.js';
import { toFactorDto } from '../user/factor-responses.js';
import { CommandError } from './command-error.js';
import { confirm } from './confirm.js';
import { command, type CommonOptions, confirming, tabular } from './options.js';
import { print } from './output.js';
import { type Columns, printList } from './print-list.js';
import type { Services } from './services.js';
import { wholeId } from './short-id.js';
import { withServices } from './with-services.js';

const USER = 'a username or an id';
const COLUMNS: Columns<FactorDto> = [
  { heading: 'NAME', cell: ({ name }) => name },
  { heading: 'KIND', cell: ({ kind }) => kind },
  { heading: 'CREATED', cell: ({ created }) => created, kind: 'time' },
  { heading: 'LAST USED', cell: ({ lastUsed }) => lastUsed, kind: 'time' },
  { heading: 'ID', cell: ({ id }) => id, kind: 'id' },
];

/** The commands for a user's second factors, for somebody who has lost theirs. */
export function factorCommands(user: Command): void {
  const factor = user.command('factor').description("a user's second factors: list, remove");

  tabular(
    command(
      factor,
      'list',
      'Lists the second factors of a user, newest first.',
      'list john.doe',
      'list john.doe --json',
    ),
  )
    .argument('<user>', USER)
    .action(list);

  confirming(
    command(
      factor,
      'remove',
      `Removes one second factor of a user, or all of them. The recovery codes go with the last one. The password alone then logs
in, or the next login sets up another factor where SECOND_FACTOR demands one.`,
      'remove john.doe',
      'remove john.doe 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d',
    ),
  )
    .argument('<user>', USER)
    .argument('[factor]', 'its id, or the last eight characters of it; every factor without it')
    .action(remove);
}

async function list(user: string, options: CommonOptions): Promise<void> {
  await withServices(async ({ factors, findUser }) => {
    const { id } = await findUser(user);
    const found = (await factors.list(id)).map(toFactorDto);
    await printList(options, [found], COLUMNS);
  });
}

async function remove(user: string, text: string | undefined, options: CommonOptions): Promise<void> {
  await withServices(async (services) => {
    const { actor, factors, findUser } = services;
    const owner = await findUser(user);
    const { username } = owner;
    const id = text === undefined ? undefined : await findFactor(services, owner.id, text);
    const what = id === undefined ? 'Every second factor' : `The second factor ${id}`;
    await confirm(options, () => `${what} of ${username} will be removed.`);
    await factors.remove(owner, id, false, actor);
    print(options, { message: 'Success' }, [`${what} of ${username} is removed.`]);
  });
}

/** @throws CommandError for a text that names none of the user's factors */
async function findFactor({ factors }: Services, userId: string, text: string): Promise<string> {
  const ids = (await factors.list(userId)).map(({ id }) => id);
  const id = wholeId(text.toLowerCase(), ids);
  if (!ids.includes(id)) throw new CommandError('There is no such second factor.');
  return id;
}
