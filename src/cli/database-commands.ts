import type { Command } from 'commander';
import type { AuditEvent } from '../database/entities/audit-event.entity.js';
import { formatTimestamp } from '../http/format-timestamp.js';
import { confirm } from './confirm.js';
import { command, type CommonOptions, confirming, readFileName, tabular } from './options.js';
import { print } from './output.js';
import { type Columns, table } from './print-list.js';
import { sayStep } from './progress.js';
import { withServices } from './with-services.js';

interface CopyOptions extends CommonOptions {
  readonly to: string;
}

interface RestoreCommandOptions extends CommonOptions {
  readonly endAllSessions?: boolean;
}

const UNDONE: Columns<AuditEvent> = [
  { heading: 'TIME', cell: ({ at }) => formatTimestamp(at), kind: 'time' },
  { heading: 'ACTION', cell: ({ action }) => action },
  { heading: 'TARGET', cell: ({ target }) => target ?? '', kind: 'id' },
  { heading: 'BY', cell: ({ username }) => username },
  { heading: 'DETAIL', cell: ({ detail }) => detail },
];

export function databaseCommands(program: Command): void {
  const database = program.command('database').description('the database: copy, backup, restore, restored');

  command(
    database,
    'copy',
    `Copies everything into an empty database, such as from SQLite to PostgreSQL. Every credential stays valid there.
Stop the servers first: what they write meanwhile is not copied. The source is only read. The copy is compared with it and
committed at the end: all of it or nothing. Then set DATABASE_URL to the target, keep the secret, and start the servers.`,
    'copy --to postgres://personas:PASSWORD@db.example.com/personas',
  )
    .requiredOption('--to <url>', 'the target, in the form of DATABASE_URL')
    .action(copy);

  command(
    database,
    'backup',
    `Writes a copy of a SQLite database, also while servers write. The file must not exist. It is complete, checked and
readable by you only when it has its name. Keep the secret too: data/secret-key, or SECRET_KEY.`,
    'backup /var/backups/personas-2030-01-15.sqlite',
  )
    .argument('<file>', 'the file to write', readFileName)
    .action(backUp);

  restoring(
    tabular(
      command(
        database,
        'restore',
        `Replaces a SQLite database by a backup, also while servers run; stop them if it is damaged. The secret must be the one of
the backup. What was replaced is kept in a file. A backup brings back what was revoked since: this is listed.`,
        'restore /var/backups/personas-2030-01-15.sqlite --end-all-sessions',
      ),
    ).argument('<file>', 'the backup', readFileName),
  ).action(restore);

  restoring(
    command(
      database,
      'restored',
      `Run it after a restore with other tools, before the server is reachable: every server forgets what it remembers.`,
      'restored --end-all-sessions',
    ),
  ).action(restored);
}

function restoring(restore: Command): Command {
  return confirming(restore).option('--end-all-sessions', 'end every session: all users must log in again');
}

async function copy(options: CopyOptions): Promise<void> {
  const { copyTo } = await import('./copy-database.js');
  const tables = await copyTo(options.to);
  const lines = tables.map(({ table: name, rows }) => `${name}: ${rows}`);
  print(options, tables, ['Copied and compared, in rows:', ...lines]);
}

async function backUp(file: string, options: CommonOptions): Promise<void> {
  const { databaseToRead } = await import('./copy-database.js');
  const { database } = await databaseToRead();
  sayStep(`Copying ${database.name}, and checking the copy`);
  await database.backUp(file);
  print(options, { file }, [`${file} is complete. Keep the secret of this time with it, in another place.`]);
}

async function restore(file: string, options: RestoreCommandOptions): Promise<void> {
  const [{ restoreDatabase }, { settingsOfCommand }, { commandLineActor }] = await Promise.all([
    import('./restore-database.js'),
    import('./command-settings.js'),
    import('./command-line-actor.js'),
  ]);
  const settings = settingsOfCommand();
  await confirm(options, () => `The database will be replaced by ${file}: what was changed since then will be gone.`);
  sayStep(`Checking ${file}`);
  const endAllSessions = options.endAllSessions === true;
  const { kept, endedSessions, undone } = await restoreDatabase(file, settings, commandLineActor(), { endAllSessions });
  print(options, { kept, endedSessions, undone: undone.map(shown) }, [
    ...(undone.length === 0
      ? []
      : ['Revoked since the backup, and valid again now:', ...table(UNDONE, undone, options)]),
    ...(endAllSessions ? [`Ended sessions: ${endedSessions}.`] : []),
    ...(kept === undefined ? [] : [`${kept} keeps what was replaced. Delete it when you need it no more.`]),
    `The database is the one of ${file}. Servers forget what they remember within a second.`,
  ]);
}

async function restored(options: RestoreCommandOptions): Promise<void> {
  const { beginEpoch } = await import('./restore-database.js');
  if (options.endAllSessions === true)
    await confirm(options, () => 'Every session will end: all users must log in again.');
  await withServices(async ({ dataSource, sealer, actor }) => {
    const endedSessions = await beginEpoch(dataSource, sealer, actor, {
      endAllSessions: options.endAllSessions === true,
    });
    print(options, { endedSessions }, [
      `Ended sessions: ${endedSessions}. Servers forget what they remember within a second.`,
    ]);
  });
}

function shown({ at, action, target, username, detail }: AuditEvent): Record<string, string | null> {
  return { at: formatTimestamp(at), action, target, username, detail };
}
