import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Services } from '../src/cli/services.js';
import { PEOPLE } from './seeded-users.js';
import { DataFolder } from './data-folder.js';
import { DevelopmentError, listen } from './listen.js';
import { MailPage } from './mail-page.js';
import { MailSink } from './mail-sink.js';
import { type DevelopmentOptions, HELP, readOptions } from './options.js';
import { seed } from './seed.js';
import { ServerProcess } from './server-process.js';

const ROOT = resolve(import.meta.dirname, '..');
/** Everybody may know it: the server listens on this machine only, and production is refused. */
const PASSWORD = 'development staple 7';

/** `npm run dev`: the server with a compiler that watches, a seeded database and a sink for its mails, until Ctrl-C. */
async function main(options: DevelopmentOptions): Promise<number> {
  if (process.env.NODE_ENV === 'production')
    throw new DevelopmentError('npm run dev has public passwords, and refuses NODE_ENV=production');
  const stopped = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal))).then(() => 0);
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const sink = new MailSink();
    const smtpPort = await sink.listen(options.smtpPort);
    ends.unshift(() => sink.close());
    const page = new MailPage(sink);
    const mailPort = await page.listen(options.mailPort);
    ends.unshift(() => page.close());
    const port = await freePort(options.port);
    // After the ports are known to be free: another run uses the folder otherwise.
    const folder = DataFolder.open(resolve(options.data), options.isFresh);
    const settings = settingsOf(folder, port, smtpPort);
    const server = new ServerProcess(options.isWatching ? options.nestArgs : undefined, settings);
    ends.unshift(() => server.stop());
    await Promise.race([server.whenReady(port), stopped]);
    await seedOnce(folder, settings);
    process.stdout.write(`${greeting(port, mailPort, folder)}\n`);
    return await Promise.race([stopped, server.exited]);
  } finally {
    for (const end of ends) await end();
  }
}

function settingsOf(folder: DataFolder, port: number, smtpPort: number): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    PORT: String(port),
    // A passkey belongs to a name, and an address is none.
    PUBLIC_URL: `http://localhost:${port}`,
    DATABASE_URL: `sqlite:${folder.database}`,
    SECRET_KEY: folder.secret,
    BOOTSTRAP_USERNAME: 'admin',
    BOOTSTRAP_EMAIL: 'admin@example.com',
    BOOTSTRAP_PASSWORD: PASSWORD,
    SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    MAIL_FROM: 'personas@example.com',
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --enable-source-maps`.trim(),
  };
}

/** Seeds a database that was not seeded before. The services are those that the compiler has just written. */
async function seedOnce(folder: DataFolder, settings: Readonly<Record<string, string>>): Promise<void> {
  if (folder.isSeeded) return;
  Object.assign(process.env, settings);
  const services = (await import(pathToFileURL(join(ROOT, 'dist/cli/services.js')).href)) as {
    withServices<T>(work: (services: Services) => Promise<T>): Promise<T>;
  };
  process.stdout.write('Seeding the database …\n');
  folder.markSeeded(await services.withServices((services) => seed(services, PASSWORD)));
}

/** The port, which nothing must listen on: its answers would be taken for those of the server. */
async function freePort(wanted: number): Promise<number> {
  const probe = createServer();
  const port = await listen(probe, wanted, '--port');
  probe.close();
  await once(probe, 'close');
  return port;
}

function greeting(port: number, mailPort: number, { database, notes }: DataFolder): string {
  const names = [
    'admin',
    ...PEOPLE.filter(({ isNew, isDisabled }) => !isNew && !isDisabled).map(({ username }) => username),
  ];
  return [
    '',
    `  console     http://localhost:${port}/console`,
    `  reference   http://localhost:${port}/docs`,
    `  mails       http://localhost:${mailPort}/`,
    `  users       ${names.join(', ')}: password ${PASSWORD}`,
    ...notes.map((note) => `              ${note}`),
    `  database    ${database} (npm run dev -- --fresh begins with a new one)`,
    '  Ctrl-C ends all of it.',
    '',
  ].join('\n');
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(HELP);
  else process.exitCode = await main(options);
} catch (error) {
  if (!(error instanceof DevelopmentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
