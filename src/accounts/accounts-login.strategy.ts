import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-local';
import { loginOriginOf } from '../http/login-origin.js';
import { DEFAULT_LOCALE, localeOf } from '../i18n/locales.js';
import type { AccountsLoginDto } from './dto/accounts-login.dto.js';
import { type LoggedInUser, LoginService } from '../login/login.service.js';

export const ACCOUNTS_LOGIN_STRATEGY = 'accounts-login';

/** Passport strategy for the login by e-mail address. */
@Injectable()
export class AccountsLoginStrategy extends PassportStrategy(Strategy, ACCOUNTS_LOGIN_STRATEGY) {
  constructor(private readonly logins: LoginService) {
    super({
      usernameField: 'account[email]',
      passwordField: 'account[password]',
      session: false,
      passReqToCallback: true,
    });
  }

  validate(request: FastifyRequest, email: string, password: string): Promise<LoggedInUser> {
    const { otp } = request.body as AccountsLoginDto;
    const { locale } = request.params as { locale: string };
    const door = { kind: 'accounts', locale: localeOf(locale) ?? DEFAULT_LOCALE } as const;
    return this.logins.logIn({ email }, { password, otp, door }, loginOriginOf(request));
  }
}
