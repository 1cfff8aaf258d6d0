import { Option, type Command } from 'commander';
import { describeFinding } from '../audit/audit-findings.js';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../audit/audit-actions.js';
import { toAuditEventDto } from '../audit/audit-responses.js';
import type { Verification } from '../audit/audit-verification.js';
import type { AuditFilter } from '../audit/audit.service.js';
import type { AuditEventDto, ListAuditQueryDto } from '../audit/dto/audit-event.dto.js';
import { EXPORT_FORMATS, eventsAs, type ExportFormat } from '../audit/event-export.js';
import { readEnds } from '../audit/noted-ends.js';
import type { PageRequest } from '../database/paging.js';
import { allPages } from './all-pages.js';
import { newEvents } from './audit-tail.js';
import { CommandError, UsageError } from './command-error.js';
import { maskedLines } from './mask.js';
import { MOMENT, readMoment } from './moment.js';
import { command, type CommonOptions, readCount, tabular } from './options.js';
import { print } from './output.js';
import { type Columns, printList, printStream, write } from './print-list.js';
import type { Services } from './services.js';
import { withServices } from './with-services.js';

interface FilterOptions extends CommonOptions {
  readonly action?: string;
  readonly outcome?: string;
  readonly user?: string;
  readonly target?: string;
}

interface TimedOptions extends FilterOptions {
  readonly since?: string;
  readonly from?: string;
  readonly until?: string;
}

interface ListOptions extends TimedOptions {
  readonly limit: number;
}

interface ExportOptions extends TimedOptions {
  readonly format: ExportFormat;
}

interface VerifyOptions extends CommonOptions {
  readonly expect?: string;
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
  const audit = program.command('audit').description('the audit log: list, tail, export, verify');

  timed(
    filtering(
      tabular(
        command(
          audit,
          'list',
          'Lists audit events, newest first.',
          'list --outcome refused --since 24h',
          'list --user john.doe --from 2030-01-15T00:00:00Z --json',
        ),
      ),
    ),
  )
    .option('--limit <count>', 'the maximum number of events', readCount, LIMIT)
    .action(list);

  filtering(
    tabular(
      command(
        audit,
        'tail',
        'Prints the last audit events, and then each new one, until it is interrupted. With --json, each line is an object.',
        'tail',
        'tail --action login --outcome refused',
      ),
    ),
  )
    .option('--limit <count>', 'the number of events before the first new one', readCount, TAIL_LIMIT)
    .action(tail);

  timed(
    filtering(
      command(
        audit,
        'export',
        'Writes all audit events that match to standard output, newest first.',
        'export --format jsonl > events.jsonl',
        'export --format csv --since 2030-01-01T00:00:00Z > events.csv',
      ),
    ),
  )
    .addOption(
      new Option('--format <format>', 'JSON Lines, or CSV (RFC 4180) for a spreadsheet')
        .choices(EXPORT_FORMATS)
        .makeOptionMandatory(),
    )
    .action(exportEvents);

  command(
    audit,
    'verify',
    `Verifies that no audit event was altered, removed or inserted, and names each that was; the exit status is then 1. It only
reads, and servers may run. It also prints where the chains of events end: note this elsewhere, and give it to a later
verification, which finds with it that the audit was put back to an earlier state.`,
    'verify',
    'verify --expect 1.4711.xLpJyCJWGl3Z5Yk2',
    'verify --json',
  )
    .option('--expect <ends>', 'where an earlier verification has found the ends of the chains')
    .action(verify);
}

function timed(audit: Command): Command {
  return audit
    .option('--since <moment>', `only events at this time or later: ${MOMENT}`, (text) => readMoment(text))
    .option('--from <moment>', 'the same as --since', (text) => readMoment(text))
    .option('--until <moment>', 'only events before this time, in the same form', (text) => readMoment(text));
}

function filtering(audit: Command): Command {
  return audit
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
  const { limit } = options;
  const moments = momentsOf(options);
  await withServices(async (services) => {
    const filter = await filterOf(services, options, moments);
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

async function exportEvents(options: ExportOptions): Promise<void> {
  const moments = momentsOf(options);
  await withServices(async (services) => {
    const filter = await filterOf(services, options, moments);
    const events = services.audit.follow(filter, await services.audit.list(filter, {}));
    // A file is exact. What strangers sent must not command a terminal.
    const shown = (text: string) => (process.stdout.isTTY ? maskedLines(text.replaceAll('\r', '')) : text);
    for await (const text of eventsAs(options.format, events)) await write(shown(text));
  });
}

async function verify(options: VerifyOptions): Promise<void> {
  const expected = options.expect === undefined ? new Map<number, never>() : readEnds(options.expect);
  if (expected === undefined) throw new UsageError('--expect must be what audit verify has printed');
  const { verifyAuditOf } = await import('./verify-audit.js');
  const { verified, uncovered, chains, noted, findings } = await verifyAuditOf(expected);
  const { kept, number } = findings;
  const others = number - kept.length;
  print(options, { verified, uncovered, chains: chains.map(endOf), noted, findings: kept, furtherFindings: others }, [
    ...kept.map(describeFinding),
    ...(others > 0 ? [`and ${others} more`] : []),
    `Events that are as they were recorded: ${verified}, in ${chains.length} chains.`,
    ...(uncovered > 0 ? [`Events from before there were chains, which nothing proves: ${uncovered}.`] : []),
    ...(noted === '' ? [] : [`The chains end at ${noted}`]),
  ]);
  if (number > 0) throw new CommandError(`The audit was changed, and not by the server: ${number} findings`);
}

function endOf({ number, sequence, hash, prunedSequence }: Verification['chains'][number]) {
  return { chain: number, from: prunedSequence + 1, to: sequence, hash };
}

/** @throws UsageError */
function momentsOf({ since, from, until }: TimedOptions): Pick<AuditFilter, 'from' | 'until'> {
  if (since !== undefined && from !== undefined) throw new UsageError('Use --since or --from, not both');
  return { from: since ?? from, until };
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
