import { Option, type Command } from 'commander';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../audit/audit-actions.js';
import { toAuditEventDto } from '../audit/audit-responses.js';
import type { AuditFilter } from '../audit/audit.service.js';
import type { AuditEventDto, ListAuditQueryDto } from '../audit/dto/audit-event.dto.js';
import type { PageRequest } from '../database/paging.js';
import { allPages } from './all-pages.js';
import { newEvents } from './audit-tail.js';
import { UsageError } from './command-error.js';
import { MOMENT, readMoment } from './moment.js';
import { command, type CommonOptions, readCount, tabular } from './options.js';
import { type Columns, printList, printStream } from './print-list.js';
import type { Services } from './services.js';
import { withServices } from './with-services.js';

interface FilterOptions extends CommonOptions {
  readonly action?: string;
  readonly outcome?: string;
  readonly user?: string;
  readonly target?: string;
}

interface ListOptions extends FilterOptions {
  readonly since?: string;
  readonly from?: string;
  readonly until?: string;
  readonly limit: number;
}

interface TailOptions extends FilterOptions {
  readonly limit: number;
}

const LIMIT = 100;
const TAIL_LIMIT = 10;

const COLUMNS: Columns<AuditEventDto> = [
  { heading: 'AT', cell: ({ at }) => at, kind: 'time' },
  { heading: 'ACTION', cell: ({ action }) => action },
  {
    heading: 'OUTCOME',
    cell: ({ outcome }) => outcome,
    style: (outcome) => (outcome === 'success' ? undefined : outcome === 'refused' ? 'yellow' : 'red'),
  },
  { heading: 'USERNAME', cell: ({ username }) => username },
  { heading: 'CREDENTIAL', cell: ({ credential }) => credential },
  { heading: 'IP', cell: ({ ip }) => ip },
  { heading: 'TARGET', cell: ({ target }) => target, kind: 'id' },
  { heading: 'DETAIL', cell: ({ detail }) => detail },
];

/** A line that stays on the screen keeps its time. */
const TAIL_COLUMNS = COLUMNS.map(({ kind, ...column }) => (kind === 'id' ? { ...column, kind } : column));

export function auditCommands(program: Command): void {
  const audit = program.command('audit').description('the audit log: list, tail');

  filtering(
    command(
      audit,
      'list',
      'Lists audit events, newest first.',
      'list --outcome refused --since 24h',
      'list --user john.doe --from 2030-01-15T00:00:00Z --json',
    ),
  )
    .option('--since <moment>', `only events at this time or later: ${MOMENT}`, (text) => readMoment(text))
    .option('--from <moment>', 'the same as --since', (text) => readMoment(text))
    .option('--until <moment>', 'only events before this time, in the same form', (text) => readMoment(text))
    .option('--limit <count>', 'the maximum number of events', readCount, LIMIT)
    .action(list);

  filtering(
    command(
      audit,
      'tail',
      'Prints the last audit events, and then each new one, until it is interrupted. With --json, each line is an object.',
      'tail',
      'tail --action login --outcome refused',
    ),
  )
    .option('--limit <count>', 'the number of events before the first new one', readCount, TAIL_LIMIT)
    .action(tail);
}

function filtering(audit: Command): Command {
  return tabular(audit)
    .addOption(choice('--action <action>', 'only events with this action, such as login or user.add', AUDIT_ACTIONS))
    .addOption(choice('--outcome <outcome>', 'only events with this outcome', AUDIT_OUTCOMES))
    .option('--user <user>', 'only events of this user, given by username or id')
    .option('--target <id>', 'only events on this user, session, auth header or key');
}

/** An option with some possible values, which the rules of the HTTP API check, and which a shell completes. */
function choice(flags: string, description: string, values: readonly string[]): Option {
  const option = new Option(flags, description);
  option.argChoices = [...values];
  return option;
}

async function list(options: ListOptions): Promise<void> {
  const { since, from, until, limit } = options;
  if (since !== undefined && from !== undefined) throw new UsageError('Use --since or --from, not both');
  await withServices(async (services) => {
    const filter = await filterOf(services, options, { from: since ?? from, until });
    const read = (request: PageRequest) => services.audit.list(filter, request);
    await printList(options, allPages(read, toAuditEventDto, limit), COLUMNS);
  });
}

async function tail(options: TailOptions): Promise<void> {
  await withServices(async (services) => {
    const filter = await filterOf(services, options, {});
    const read = (request: PageRequest) => services.audit.list(filter, request);
    await printStream(options, newEvents(read, options.limit), TAIL_COLUMNS);
  });
}

/** Validates the options by the rules of the HTTP API. @throws UsageError, ApiError `not_found` */
async function filterOf(
  { findUser }: Services,
  { action, outcome, target, user }: FilterOptions,
  moments: Pick<AuditFilter, 'from' | 'until'>,
): Promise<AuditFilter> {
  const { validateOptions } = await import('./validate-options.js');
  const { ListAuditQueryDto: Query } = await import('../audit/dto/audit-event.dto.js');
  // Unchecked text from the command line; `validateOptions` checks it.
  const wanted = { action, outcome, target, ...moments } as Partial<ListAuditQueryDto>;
  const filter = await validateOptions(Query, wanted);
  return { ...filter, userId: user === undefined ? undefined : (await findUser(user)).id };
}
