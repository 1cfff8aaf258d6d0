import type { Command } from 'commander';
import { toAuditEventDto } from '../audit/audit-responses.js';
import type { AuditEventDto, ListAuditQueryDto } from '../audit/dto/audit-event.dto.js';
import type { PageRequest } from '../database/paging.js';
import { allPages } from './all-pages.js';
import { command, type CommonOptions, readCount } from './options.js';
import { type Columns, printList } from './print-list.js';
import { withServices } from './with-services.js';

interface ListOptions extends CommonOptions {
  readonly action?: string;
  readonly outcome?: string;
  readonly user?: string;
  readonly target?: string;
  readonly from?: string;
  readonly until?: string;
  readonly limit: number;
}

const LIMIT = 100;

const COLUMNS: Columns<AuditEventDto> = {
  headings: ['AT', 'ACTION', 'OUTCOME', 'USERNAME', 'CREDENTIAL', 'IP', 'TARGET', 'DETAIL'],
  cells: ({ at, action, outcome, username, credential, ip, target = '', detail }) => [
    at,
    action,
    outcome,
    username,
    credential,
    ip,
    target,
    detail,
  ],
};

export function auditCommands(program: Command): void {
  const audit = program.command('audit').description('the audit log: list');

  command(
    audit,
    'list',
    'Lists audit events, newest first.',
    'list --outcome refused --limit 20',
    'list --user john.doe --from 2030-01-15T00:00:00Z --json',
  )
    .option('--action <action>', 'only events with this action, such as login or user.add')
    .option('--outcome <outcome>', 'only events with this outcome: success, refused or throttled')
    .option('--user <user>', 'only events of this user, given by username or id')
    .option('--target <id>', 'only events on this user, session, auth header or key')
    .option('--from <date-time>', 'only events at this time or later, such as 2030-01-15T10:30:42Z')
    .option('--until <date-time>', 'only events before this time')
    .option('--limit <count>', 'the maximum number of events', readCount, LIMIT)
    .action(list);
}

async function list(options: ListOptions): Promise<void> {
  await withServices(async ({ audit, findUser }) => {
    const { validateOptions } = await import('./validate-options.js');
    const { ListAuditQueryDto: Query } = await import('../audit/dto/audit-event.dto.js');
    const { action, outcome, target, from, until } = options;
    // Unchecked text from the command line; `validateOptions` checks it.
    const wanted = { action, outcome, target, from, until } as Partial<ListAuditQueryDto>;
    const filter = await validateOptions(Query, wanted);
    const userId = options.user === undefined ? undefined : (await findUser(options.user)).id;
    const read = (request: PageRequest) => audit.list({ ...filter, userId }, request);
    await printList(options, allPages(read, toAuditEventDto, options.limit), COLUMNS);
  });
}
