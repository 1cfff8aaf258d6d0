import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-local';
import type { User } from '../user/user.entity.js';
import { UserService } from '../user/user.service.js';

export const ACCOUNTS_LOGIN_STRATEGY = 'accounts-login';

/** Checks a login at the door by e-mail address. */
@Injectable()
export class AccountsLoginStrategy extends PassportStrategy(Strategy, ACCOUNTS_LOGIN_STRATEGY) {
  constructor(private readonly users: UserService) {
    super({ usernameField: 'account[email]', passwordField: 'account[password]', session: false });
  }

  validate(email: string, password: string): Promise<User> {
    return this.users.authenticateByEmail(email, password);
  }
}
