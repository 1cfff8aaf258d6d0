import { Controller, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { LoggedIn } from '../login/logged-in.decorator.js';
import { LoginGuard } from '../login/login.guard.js';
import { Public } from '../auth/public.decorator.js';
import { Answers, CONTENT_LANGUAGE_HEADER } from '../http/openapi/answers.decorator.js';
import { negotiateLocale } from '../http/content-language.js';
import { ExampleFields } from '../http/openapi/example-fields.decorator.js';
import { NoQueryGuard } from '../http/no-query.guard.js';
import { LOCALES } from '../i18n/locales.js';
import { accountsAnswer } from '../login/accounts-answer.js';
import type { LoggedInUser } from '../login/login.service.js';
import { LOGIN_PROBLEMS } from '../login/login-problems.js';
import { ACCOUNTS_LOGIN_STRATEGY } from './accounts-login.strategy.js';
import { AccountsLoginAnswerDto } from '../login/dto/accounts-login-answer.dto.js';
import { AccountsLoginDto } from './dto/accounts-login.dto.js';
import { LocaleGuard } from './locale.guard.js';

@ApiTags('Accounts')
@Controller(':locale/api/v1/accounts')
export class AccountsController {
  /**
   * Log in with an e-mail address
   *
   * @remarks This endpoint login the client and generate jwt token for Api access. The JWT is in the `Authorization` header of
   * the response.
   *
   * To try it, replace the address and the password. On a fresh server they are those of the first administrator:
   * `admin@example.com`, with the password that the first start printed, unless `BOOTSTRAP_EMAIL` and `BOOTSTRAP_PASSWORD`
   * say otherwise.
   */
  @Public()
  @Post('login')
  @HttpCode(200)
  @UseGuards(LocaleGuard, NoQueryGuard, LoginGuard(ACCOUNTS_LOGIN_STRATEGY, AccountsLoginDto))
  @ApiParam({
    name: 'locale',
    description: 'The language of the response messages.',
    enum: [...LOCALES],
    example: 'en',
  })
  @ApiBody({ type: AccountsLoginDto })
  @ExampleFields<AccountsLoginDto>('account')
  @Answers('Successful authentication', [...LOGIN_PROBLEMS, 'unknown_locale'], {
    Authorization: {
      description: 'The JWT, in the form that later requests send it.',
      required: true,
      schema: { type: 'string', pattern: '^Bearer ' },
      example: 'Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl',
    },
    ...CONTENT_LANGUAGE_HEADER,
  })
  logInWithEmail(
    @LoggedIn() loggedIn: LoggedInUser,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): AccountsLoginAnswerDto {
    return accountsAnswer(loggedIn, negotiateLocale(reply), reply);
  }
}
