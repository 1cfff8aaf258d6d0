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
  // Loaded late: it takes most of the start time, and an invalid setting is reported without it.
  const { startServer } = await import('./server.js');
  const { url, openFiles } = await startServer(settings, print);
  for (const file of openFiles) warn(`${file} can be read by other users of this machine, and belongs to another user`);
  const lines = [`Elastic Personas answers at ${url}`, `  reference   ${url}/docs`, `  Swagger UI  ${url}/swagger`];
  // A server whose output nobody reads still serves requests.
  await print(lines.join('\n')).catch(() => undefined);
}

/** A closed pipe (`| head`), a closed terminal or a full disk must not end the server. */
function surviveUnreadOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Rejects if the line cannot be written. */
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
