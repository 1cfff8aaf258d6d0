import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { lookup } from 'node:dns/promises';
import { createApp, unlessStopping } from './app.setup.js';
import { closeToOthers, openToOthers } from './config/private-files.js';
import type { Settings } from './config/settings.js';
import { settingOf, unusable } from './database/data-source.js';
import { isDatabaseError } from './database/database-errors.js';
import { databaseOf, privateFilesOf } from './database/databases.js';
import { describeLostDatabase } from './database/lost-database.js';
import { SchemaVersion } from './database/schema-version.js';
import { StartupError } from './errors/startup-error.js';
import { StartProgress } from './health/start-progress.js';
import { Housekeeping } from './housekeeping/housekeeping.service.js';
import { MailUpkeep } from './housekeeping/mail-upkeep.js';
import { allocateYoung } from './http/allocate-young.js';
import { FirstAdministrator, type Show } from './user/first-administrator.js';
import { refuseUnfitAdministrator } from './user/first-administrator-rules.js';
import { UserRepository } from './user/user.repository.js';
import type { Log } from './log/log.js';
import { logRequests } from './log/request-log.js';
import { NestLog } from './log/nest-log.js';

/**
 * How many connections may wait to be accepted. Of more, the system drops the first packet, and their clients try again only after
 * one, three and seven seconds. The system may have a lower limit (`net.core.somaxconn`).
 */
const BACKLOG = 4096;

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** What messages call the database; it contains no password. */
  readonly databaseName: string;
  /** The files that other users of this machine may read, and whose mode this user cannot change. */
  readonly openFiles: readonly string[];
}

/**
 * Starts the server.
 * @param log for everything that its parts print
 * @param show prints what is shown once: the first administrator's password, if the server generated it
 * @throws StartupError naming the setting or the file that prevents it.
 */
export async function startServer(settings: Settings, log: Log, show: Show): Promise<RunningServer> {
  await refuseUnfitAdministrator(settings);
  const database = databaseOf(settings);
  const lost = await describeLostDatabase(settings, database);
  if (lost !== undefined) throw new StartupError(`DATABASE_URL: ${lost}`);
  const privateFiles = privateFilesOf(settings);
  closeToOthers(privateFiles);
  try {
    logRequests(log, settings);
    const app = await createApp(settings);
    try {
      const url = await unlessStopping(app, () => finishStart(app, settings, log, show));
      return { url, databaseName: database.name, openFiles: openToOthers(privateFiles) };
    } catch (error) {
      await app.close();
      throw error;
    }
  } catch (error) {
    throw isDatabaseError(error) ? new StartupError(unusable(settingOf(database), error)) : error;
  }
}

/** @returns the URL of the server, which can now answer every call. */
async function finishStart(app: NestFastifyApplication, settings: Settings, log: Log, show: Show): Promise<string> {
  const metricsUrl = await listenForMetrics(app, settings);
  await listen(app, settings);
  app.useLogger(new NestLog(log));
  if (metricsUrl !== undefined) new Logger('Metrics').log(`The metrics are at ${metricsUrl}`);
  app.get(Housekeeping).start();
  app.get(MailUpkeep).start();
  const url = await app.getUrl();
  await app.get(FirstAdministrator).makeIfMissing(show, url);
  const twins = await app.get(UserRepository).describeTwins();
  const newer = await app.get(SchemaVersion).describeNewer();
  if (newer !== undefined) new Logger('Database').warn(newer);
  if (twins !== undefined) new Logger('Users').warn(`There are ${twins}`);
  allocateYoung();
  app.get(StartProgress).isOver = true;
  return url;
}

/** @returns the URL of the metrics, if this process serves them. */
async function listenForMetrics(app: NestFastifyApplication, { metricsPort }: Settings): Promise<string | undefined> {
  if (metricsPort === undefined) return undefined;
  const { MetricsService } = await import('./metrics/metrics.service.js');
  return app.get(MetricsService).listen();
}

async function listen(app: NestFastifyApplication, { host, port }: Settings): Promise<void> {
  try {
    // Resolved here: given a host name, Fastify creates more servers for further addresses, which would lack `oneAtATime`.
    const { address } = await lookup(host, { order: 'ipv4first' });
    await app.listen({ port, host: address, backlog: BACKLOG });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new StartupError(`HOST, PORT: cannot listen on ${host}, port ${port} (${reason})`);
  }
}
