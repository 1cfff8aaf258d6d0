import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-local';
import type { User } from './user.entity.js';
import { UserService } from './user.service.js';

export const USER_LOGIN_STRATEGY = 'user-login';

/** Checks a login at the door by username. */
@Injectable()
export class UserLoginStrategy extends PassportStrategy(Strategy, USER_LOGIN_STRATEGY) {
  constructor(private readonly users: UserService) {
    super({ usernameField: 'username', passwordField: 'password', session: false });
  }

  validate(username: string, password: string): Promise<User> {
    return this.users.authenticateByUsername(username, password);
  }
}
