import 'reflect-metadata';
import cluster from 'node:cluster';
import { differingSettings } from './config/differing-settings.js';
import { loadSettings, readEnvironment } from './config/load-settings.js';
import type { Settings } from './config/settings.js';
import { warnOfUnused } from './config/unused-settings.js';
import { StartupError } from './errors/startup-error.js';
import { keepTickShape } from './http/keep-tick-shape.js';
import { startLine } from './life-lines.js';
import { type ServingWorker, Supervisor } from './supervisor.js';
import { showOnce } from './user/show-once.js';

async function start(): Promise<void> {
  keepTickShape();
  surviveUnreadOutput();
  const { environment, warnings } = readEnvironment();
  // A worker's are its supervisor's.
  if (cluster.isPrimary) for (const warning of warnings) warn(warning);
  const settings = loadSettings(environment);
  if (cluster.isPrimary) for (const warning of warnOfUnused(settings)) warn(warning);
  const announce = (worker: ServingWorker): void => {
    announceStart(worker, differingSettings(settings, environment), settings);
  };
  if (settings.workers === 1) {
    announce(await serve(settings));
  } else if (cluster.isPrimary) {
    await new Supervisor(settings, environment, announce).start();
  } else {
    const worker = (await serve(settings)) satisfies ServingWorker;
    // A stop in the middle of the start has ended the channel.
    if (process.connected) process.send?.(worker);
  }
}

/** Loaded late: it takes most of the start time, and an invalid setting is reported without it. */
async function serve(settings: Settings): Promise<ServingWorker> {
  const { startServer } = await import('./server.js');
  return startServer(settings, (line) => showOnce(`${line}\n`));
}

function announceStart(
  { url, databaseName, openFiles }: ServingWorker,
  settings: readonly string[],
  { servesConsole }: Pick<Settings, 'servesConsole'>,
): void {
  for (const file of openFiles) warn(`${file} can be read by other users of this machine, and belongs to another user`);
  process.stdout.write(startLine({ url, databaseName, settings }));
  // For a person who has just started it.
  if (!process.stdout.isTTY) return;
  const console = servesConsole ? `  console     ${url}/console\n` : '';
  process.stdout.write(`${console}  reference   ${url}/docs\n  Swagger UI  ${url}/swagger\n`);
}

/** A closed pipe (`| head`), a closed terminal or a full disk must not end the server. */
function surviveUnreadOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

function warn(warning: string): void {
  process.stderr.write(`Warning: ${warning}\n`);
}

start().catch((error: unknown) => {
  const message = error instanceof StartupError ? error.message : `Cannot start: ${String(error)}`;
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
