import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { COMMAND_LINE } from '../auth/actor.js';
import { Settings } from '../config/settings.js';
import { refuseUnfitPassword } from './first-administrator-rules.js';
import { UserService } from './user.service.js';

/** Prints a line for the operator. @throws Error with the reason, if it cannot be shown */
export type Show = (line: string) => Promise<void>;

class NotShown extends Error {}

/** Makes the first administrator while there is no user yet, so that no default password exists anywhere. */
@Injectable()
export class FirstAdministrator implements OnModuleInit {
  private readonly logger = new Logger('FirstAdministrator');
  private isMissing = false;

  constructor(
    private readonly users: UserService,
    private readonly settings: Settings,
  ) {}

  /** @throws StartupError if the password that was set is weak */
  async onModuleInit(): Promise<void> {
    this.isMissing = await this.users.isEmpty();
    if (this.isMissing) await refuseUnfitPassword(this.settings);
  }

  /**
   * Makes the first administrator if there is no user. Call it once the server listens: a start that fails earlier must not
   * leave an administrator whose password nobody has seen.
   * @param show prints a generated password. If it rejects, no administrator is made, and the next start tries again.
   * @param serverUrl at which the server listens
   */
  async makeIfMissing(show: Show, serverUrl: string): Promise<void> {
    if (!this.isMissing) return;
    const { bootstrapUsername: username, bootstrapEmail: email, bootstrapPassword } = this.settings;
    const password = bootstrapPassword ?? randomBytes(18).toString('base64url');
    const { servesConsole, publicUrl = serverUrl } = this.settings;
    const next = servesConsole ? ` Log in at ${publicUrl}/console` : '';
    const line = `The first administrator is ${username}, password ${password} (shown this once).${next}`;
    try {
      await this.users.addFirst({ username, email, roles: ['admin'] }, password, COMMAND_LINE, () =>
        bootstrapPassword === undefined ? showOrFail(show, line) : Promise.resolve(),
      );
    } catch (error) {
      if (!(error instanceof NotShown)) throw error;
      this.logger.error(
        `There is no administrator yet: a password for it could not be printed (${error.message}). The next start tries ` +
          'again; or set BOOTSTRAP_PASSWORD',
      );
    }
  }
}

async function showOrFail(show: Show, line: string): Promise<void> {
  try {
    await show(line);
  } catch (error) {
    throw new NotShown((error as Error).message);
  }
}
