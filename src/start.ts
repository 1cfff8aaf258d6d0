import 'reflect-metadata';
import cluster from 'node:cluster';
import { differingSettings } from './config/differing-settings.js';
import { loadSettings, readEnvironment } from './config/load-settings.js';
import type { Settings } from './config/settings.js';
import { warnOfUnused } from './config/unused-settings.js';
import { StartupError } from './errors/startup-error.js';
import { keepTickShape } from './http/keep-tick-shape.js';
import { LIFE, startEntry } from './log/life-lines.js';
import { Log } from './log/log.js';
import { type ServingWorker, Supervisor } from './supervisor.js';
import { showOnce } from './user/show-once.js';

async function start(): Promise<void> {
  keepTickShape();
  surviveUnreadOutput();
  const { environment, warnings } = readEnvironment();
  const settings = settingsOf(environment, warnings);
  const log = new Log(settings);
  // A worker's are its supervisor's.
  if (cluster.isPrimary) for (const warning of [...warnings, ...warnOfUnused(settings)]) log.warn(warning);
  const announce = (worker: ServingWorker): void => {
    announceStart(worker, differingSettings(settings, environment), settings, log);
  };
  if (settings.workers === 1) {
    announce(await serve(settings, log));
  } else if (cluster.isPrimary) {
    await new Supervisor(settings, environment, log, announce).start();
  } else {
    const worker = (await serve(settings, log)) satisfies ServingWorker;
    // A stop in the middle of the start has ended the channel.
    if (process.connected) process.send?.(worker);
  }
}

/** The settings. If they cannot be used, the warnings are printed with the error, because a misspelt name may be the reason. */
function settingsOf(environment: NodeJS.ProcessEnv, warnings: readonly string[]): Settings {
  try {
    return loadSettings(environment);
  } catch (error) {
    if (cluster.isPrimary) for (const warning of warnings) process.stderr.write(`Warning: ${warning}\n`);
    throw error;
  }
}

/** Loaded late: it takes most of the start time, and an invalid setting is reported without it. */
async function serve(settings: Settings, log: Log): Promise<ServingWorker> {
  const { startServer } = await import('./server.js');
  return startServer(settings, log, (line) => showToPerson(line, settings));
}

/**
 * Shows a password for once. A log of objects is gathered and kept, so it must not hold one: there, only a terminal is a person.
 * @throws Error with the reason, if it cannot be shown
 */
function showToPerson(line: string, { logFormat }: Pick<Settings, 'logFormat'>): Promise<void> {
  return logFormat === 'json' && !process.stdout.isTTY
    ? Promise.reject(new Error('LOG_FORMAT=json: a log that is gathered must not hold it'))
    : showOnce(`${line}\n`);
}

function announceStart(
  { url, databaseName, openFiles }: ServingWorker,
  settings: readonly string[],
  { servesConsole, logFormat }: Pick<Settings, 'servesConsole' | 'logFormat'>,
  log: Log,
): void {
  for (const file of openFiles)
    log.warn(`${file} can be read by other users of this machine, and belongs to another user`);
  log.say('log', LIFE, startEntry({ url, databaseName, settings }));
  // For a person who has just started it.
  if (!process.stdout.isTTY || logFormat === 'json') return;
  const console = servesConsole ? `  console     ${url}/console\n` : '';
  process.stdout.write(`${console}  reference   ${url}/docs\n  Swagger UI  ${url}/swagger\n`);
}

/** A closed pipe (`| head`), a closed terminal or a full disk must not end the server. */
function surviveUnreadOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

start().catch((error: unknown) => {
  const message = error instanceof StartupError ? error.message : `Cannot start: ${String(error)}`;
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
