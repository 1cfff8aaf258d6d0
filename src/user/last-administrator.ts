import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import { loginStandingOf } from '../login/login-standing.js';
import { UserRepository } from './user.repository.js';

/** Keeps a server from losing its last administrator. */
@Injectable()
export class LastAdministrator {
  constructor(
    private readonly users: UserRepository,
    private readonly settings: Settings,
  ) {}

  /**
   * An administrator whose password has expired, or is a one-time password, does not count: its owner may
   * never set another.
   * @param manager of the transaction that is about to change the user.
   * @throws ApiError `last_administrator` if a user is an administrator and no other one may log in.
   */
  async keep(id: string, manager: EntityManager): Promise<void> {
    const administrators = await this.users.listAdministrators(manager);
    const others = administrators.filter((administrator) => administrator.id !== id);
    const { passwordMaxAgeDays } = this.settings;
    const mayLogIn = others.some((other) => loginStandingOf(other, passwordMaxAgeDays) === 'admitted');
    if (others.length < administrators.length && !mayLogIn) throw new ApiError('last_administrator');
  }
}
