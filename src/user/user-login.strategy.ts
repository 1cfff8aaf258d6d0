import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-local';
import { loginOriginOf } from '../http/login-origin.js';
import type { UserLoginDto } from './dto/user-login.dto.js';
import { type LoggedInUser, LoginService } from '../login/login.service.js';

export const USER_LOGIN_STRATEGY = 'user-login';

/** Passport strategy for the login by username. */
@Injectable()
export class UserLoginStrategy extends PassportStrategy(Strategy, USER_LOGIN_STRATEGY) {
  constructor(private readonly logins: LoginService) {
    super({ usernameField: 'username', passwordField: 'password', session: false, passReqToCallback: true });
  }

  validate(request: FastifyRequest, username: string, password: string): Promise<LoggedInUser> {
    const { otp } = request.body as UserLoginDto;
    return this.logins.logIn({ username }, { password, otp, door: { kind: 'user' } }, loginOriginOf(request));
  }
}
