import { Injectable, type OnModuleInit } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { COMMAND_LINE } from '../auth/actor.js';
import { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import { StartupError } from '../errors/startup-error.js';
import { toEnglish } from '../i18n/message.js';
import { UserService } from './user.service.js';

/**
 * Makes the first administrator while there is no user yet, so that no default password exists anywhere. It hashes the
 * password while the first signing key is still being made.
 */
@Injectable()
export class FirstAdministrator implements OnModuleInit {
  /** What the one who starts the server must be told, once: set only where a password was made up. */
  generatedPassword: { username: string; password: string } | undefined;

  constructor(
    private readonly users: UserService,
    private readonly settings: Settings,
  ) {}

  /** @throws StartupError if the password that was set is weak */
  async onModuleInit(): Promise<void> {
    if (!(await this.users.isEmpty())) return;
    const { bootstrapUsername: username, bootstrapEmail: email, bootstrapPassword } = this.settings;
    const password = bootstrapPassword ?? randomBytes(18).toString('base64url');
    try {
      await this.users.add({ username, email, roles: ['admin'] }, password, COMMAND_LINE);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Another process made the first administrator in the meantime.
      if (error.code === 'already_taken') return;
      const [complaint] = error.details ?? [];
      throw new StartupError(`BOOTSTRAP_PASSWORD ${complaint ? toEnglish(complaint.message) : error.message}`);
    }
    if (bootstrapPassword === undefined) this.generatedPassword = { username, password };
  }
}
