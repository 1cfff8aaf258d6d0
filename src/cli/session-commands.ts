import type { Command } from 'commander';
import type { Session } from '../database/entities/session.entity.js';
import type { PageRequest } from '../database/paging.js';
import { formatTimestamp } from '../http/format-timestamp.js';
import type { SessionDto } from '../user/dto/session.dto.js';
import { allPages } from './all-pages.js';
import { CommandError, UsageError } from './command-error.js';
import { confirm } from './confirm.js';
import { command, type CommonOptions, confirming, readCount, tabular } from './options.js';
import { print } from './output.js';
import { type Columns, printList } from './print-list.js';
import type { Services } from './services.js';
import { wholeId } from './short-id.js';
import { withServices } from './with-services.js';

interface ListOptions extends CommonOptions {
  readonly limit?: number;
}

interface EndOptions extends CommonOptions {
  readonly all?: boolean;
}

/** A session as its own user sees it; none is that of the command. */
type ShownSession = Omit<SessionDto, 'Current'>;

const USER = 'a username or an id';
const COLUMNS: Columns<ShownSession> = [
  { heading: 'CREATED', cell: ({ Created }) => Created, kind: 'time' },
  { heading: 'EXPIRES', cell: ({ Expires }) => Expires, kind: 'time' },
  { heading: 'IP', cell: ({ Ip }) => Ip },
  { heading: 'CLIENT', cell: ({ Client }) => Client },
  { heading: 'ID', cell: ({ Id }) => Id, kind: 'id' },
];

export function sessionCommands(program: Command): void {
  const session = program.command('session').description('the sessions of users: list, end');

  tabular(
    command(
      session,
      'list',
      'Lists the sessions of a user that have not ended, newest first.',
      'list john.doe',
      'list john.doe --json',
    ),
  )
    .argument('<user>', USER)
    .option('--limit <count>', 'the maximum number of sessions', readCount)
    .action(list);

  confirming(
    command(
      session,
      'end',
      'Ends one session of a user, or all of them. Its JWTs are refused from then on. Auth headers stay valid.',
      'end john.doe 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d',
      'end john.doe --all',
    ),
  )
    .argument('<user>', USER)
    .argument('[session]', 'its id, or the last eight characters of it')
    .option('--all', 'end every session of the user')
    .action(end);
}

/** A user's sessions, page by page. */
export function sessionsOf(
  { sessions }: Services,
  userId: string,
  limit?: number,
): AsyncGenerator<readonly ShownSession[]> {
  return allPages((request: PageRequest) => sessions.list(userId, request), shown, limit);
}

async function list(user: string, options: ListOptions): Promise<void> {
  await withServices(async (services) => {
    const { id } = await services.findUser(user);
    await printList(options, sessionsOf(services, id, options.limit), COLUMNS);
  });
}

async function end(user: string, text: string | undefined, options: EndOptions): Promise<void> {
  if ((text === undefined) !== (options.all === true)) throw new UsageError('Give a session, or --all');
  await withServices(async (services) => {
    const { actor, findUser, sessionEnding } = services;
    const { id: userId, username } = await findUser(user);
    if (text === undefined) {
      await confirm(options, () => `All sessions of ${username} will end: the user must log in again.`);
      await sessionEnding.endAll(userId, actor);
      print(options, { message: 'Success' }, [`All sessions of ${username} are ended.`]);
      return;
    }
    const sessionId = await findSession(services, userId, text);
    const hasEnded = sessionId !== undefined && (await sessionEnding.end(userId, sessionId, actor));
    if (!hasEnded) throw new CommandError(`${username} has no such session.`);
    print(options, { message: 'Success' }, [`The session ${sessionId} of ${username} is ended.`]);
  });
}

/** The id of the session that a text means; undefined for a text that cannot be one. */
async function findSession(services: Services, userId: string, text: string): Promise<string | undefined> {
  const { readId } = await import('../http/id.js');
  const known = readId(text);
  if (known !== undefined) return known;
  const ids: string[] = [];
  for await (const page of sessionsOf(services, userId)) ids.push(...page.map(({ Id }) => Id));
  return readId(wholeId(text, ids));
}

function shown({ id, created, expires, ip, userAgent, amr }: Session): ShownSession {
  const span = { Created: formatTimestamp(created), Expires: formatTimestamp(expires) };
  return { Id: id, ...span, Ip: ip, Client: userAgent, AuthMethods: amr };
}
