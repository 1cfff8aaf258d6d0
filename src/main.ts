import 'reflect-metadata';
import { loadSettings, readDotEnv } from './config/load-settings.js';
import { StartupError } from './errors/startup-error.js';
import type { RunningServer } from './server.js';
import { keepTickShape } from './http/keep-tick-shape.js';

async function start(): Promise<void> {
  keepTickShape();
  readDotEnv();
  const settings = loadSettings(process.env);
  // Loaded late: it takes most of the start time, and an invalid setting is reported without it.
  const { startServer } = await import('./server.js');
  announce(await startServer(settings));
}

/** The only place that prints a password: the generated one, at the first start. */
function announce({ url, generatedPassword }: RunningServer): void {
  const lines = [`Elastic Personas answers at ${url}`, `  reference   ${url}/docs`, `  Swagger UI  ${url}/swagger`];
  if (generatedPassword !== undefined) {
    lines.push(
      '',
      `The first administrator is ${generatedPassword.username}, password ${generatedPassword.password} (shown this once).`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

start().catch((error: unknown) => {
  const message = error instanceof StartupError ? error.message : `Cannot start: ${String(error)}`;
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
