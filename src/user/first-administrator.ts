import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Settings } from '../config/settings.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { UserService } from './user.service.js';

/** Makes the first administrator while there is no user yet, so that no default password exists anywhere. */
@Injectable()
export class FirstAdministrator implements OnApplicationBootstrap {
  /** What the one who starts the server must be told, once: set only where a password was made up. */
  madeUp: { username: string; password: string } | undefined;

  constructor(
    private readonly users: UserService,
    private readonly settings: Settings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!(await this.users.isEmpty())) return;
    const { bootstrapUsername: username, bootstrapEmail: email, bootstrapPassword } = this.settings;
    const password = bootstrapPassword ?? randomBytes(18).toString('base64url');
    try {
      await this.users.add({ username, email, password, roles: ['admin'] });
    } catch (error) {
      // Another process made the first administrator in the meantime.
      if (isUniqueViolation(error)) return;
      throw error;
    }
    if (bootstrapPassword === undefined) this.madeUp = { username, password };
  }
}
