import { ConsoleLogger, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { createApp } from './app.setup.js';
import type { Settings } from './config/settings.js';
import { describeTwins } from './database/name-twins.js';
import { StartError } from './errors/start-error.js';
import { FirstAdministrator } from './user/first-administrator.js';

/** A server that answers. */
export interface RunningServer {
  readonly url: string;
  /** The first administrator, where a password had to be made up. */
  readonly madeUp: FirstAdministrator['madeUp'];
}

/**
 * Starts to answer.
 * @throws StartError naming the setting or the file that prevents it.
 */
export async function startServer(settings: Settings): Promise<RunningServer> {
  const app = await createApp(settings);
  try {
    await app.listen({ port: settings.port, host: settings.host });
  } catch (error) {
    await app.close();
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new StartError(`HOST, PORT: cannot listen on ${settings.host}, port ${settings.port} (${reason})`);
  }
  app.useLogger(new ConsoleLogger({ logLevels: ['fatal', 'error', 'warn'], colors: false }));
  const twins = await describeTwins(app.get(DataSource).manager);
  if (twins !== undefined) new Logger('Users').warn(`There are ${twins}`);
  return { url: await app.getUrl(), madeUp: app.get(FirstAdministrator).madeUp };
}
