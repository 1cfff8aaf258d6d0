import 'reflect-metadata';
import { loadSettings, readEnvironment } from './config/load-settings.js';
import { StartupError } from './errors/startup-error.js';
import { keepTickShape } from './http/keep-tick-shape.js';

async function start(): Promise<void> {
  keepTickShape();
  surviveUnreadOutput();
  const { environment, warnings } = readEnvironment();
  for (const warning of warnings) warn(warning);
  const settings = loadSettings(environment);
  // Loaded only now: it takes most of the start, and a mistake in the settings is told without it.
  const { startServer } = await import('./server.js');
  const { url, openFiles } = await startServer(settings, print);
  for (const file of openFiles) warn(`${file} can be read by others on this machine, and belongs to another user`);
  const lines = [`Elastic Personas answers at ${url}`, `  reference   ${url}/docs`, `  Swagger UI  ${url}/swagger`];
  // Who does not read it may still call.
  await print(lines.join('\n')).catch(() => undefined);
}

/** A reader that has gone (`| head`), a closed terminal or a full disk behind the log must not end a server. */
function surviveUnreadOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Rejects where the line cannot be written. */
function print(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${line}\n`, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

function warn(warning: string): void {
  process.stderr.write(`Warning: ${warning}\n`);
}

start().catch((error: unknown) => {
  const message = error instanceof StartupError ? error.message : `Cannot start: ${String(error)}`;
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
