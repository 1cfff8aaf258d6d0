import { ConsoleLogger, Logger } from '@nestjs/common';
import { lookup } from 'node:dns/promises';
import { createApp } from './app.setup.js';
import type { Settings } from './config/settings.js';
import { StartupError } from './errors/startup-error.js';
import { FirstAdministrator } from './user/first-administrator.js';
import { UserRepository } from './user/user.repository.js';

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** The first administrator, if the server generated the password. */
  readonly generatedPassword: FirstAdministrator['generatedPassword'];
}

/**
 * Starts the server.
 * @throws StartupError naming the setting or the file that prevents it.
 */
export async function startServer(settings: Settings): Promise<RunningServer> {
  const app = await createApp(settings);
  try {
    // Resolved here: given a host name, Fastify creates more servers for further addresses, which would lack `oneAtATime`.
    const { address } = await lookup(settings.host);
    await app.listen({ port: settings.port, host: address });
  } catch (error) {
    await app.close();
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new StartupError(`HOST, PORT: cannot listen on ${settings.host}, port ${settings.port} (${reason})`);
  }
  app.useLogger(new ConsoleLogger({ logLevels: ['fatal', 'error', 'warn'], colors: false }));
  const twins = await app.get(UserRepository).describeTwins();
  if (twins !== undefined) new Logger('Users').warn(`There are ${twins}`);
  return { url: await app.getUrl(), generatedPassword: app.get(FirstAdministrator).generatedPassword };
}
