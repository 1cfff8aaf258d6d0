import { Controller, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/public.decorator.js';
import { NoQueryGuard } from '../http/no-query.guard.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { ExampleFields } from '../http/openapi/example-fields.decorator.js';
import { RequestOrigin } from '../http/request-origin.decorator.js';
import { JsonBody } from '../http/request-parts.decorators.js';
import type { PasskeyEnrolment } from '../factor/passkey-method.js';
import type { TotpEnrolment } from '../factor/totp-method.js';
import { accountsAnswer } from '../login/accounts-answer.js';
import { SecondStepService } from '../login/second-step.service.js';
import type { Origin } from '../net/origin.js';
import {
  AccountsSecondFactorLoginDto,
  SecondFactorDto,
  SecondFactorLoginDto,
  SetUpSecondFactorDto,
  TotpEnrolmentDto,
} from './dto/second-factor.dto.js';
import { PasskeyEnrolmentDto } from './dto/passkey.dto.js';
import { UserResponses } from './user-responses.js';

/** The second step of a login, at whichever route it began. */
@ApiTags('User')
@ApiExtraModels(SecondFactorLoginDto, AccountsSecondFactorLoginDto, TotpEnrolmentDto, PasskeyEnrolmentDto)
@Controller('user/login/second-factor')
export class SecondFactorController {
  constructor(
    private readonly steps: SecondStepService,
    private readonly answers: UserResponses,
  ) {}

  /**
   * Complete a login with a second factor
   *
   * @remarks Takes the token of a login that was answered 403 with `second_factor_required`, from the same network, with a code of
   * the authenticator app, a recovery code, or the answer of a browser to `POST /user/login/passkey/options`. The response is that
   * of the route at which the login began; after `POST /user/password`, the password is changed as well. A recovery code is good
   * once: `recoveryCode` is its replacement. The token is valid for five minutes and five tries.
   *
   * To try it, enrol a second factor with `POST /user/factors/totp`, and log in.
   */
  @Public()
  @Post()
  @HttpCode(200)
  @UseGuards(NoQueryGuard)
  @ExampleFields<SecondFactorDto>('token', 'otp')
  @ApiOkResponse({
    schema: {
      oneOf: [{ $ref: getSchemaPath(SecondFactorLoginDto) }, { $ref: getSchemaPath(AccountsSecondFactorLoginDto) }],
    },
  })
  @Answers(
    'The login is complete',
    [
      'incorrect_second_factor',
      'incorrect_credentials',
      'password_expired',
      'password_change_required',
      'too_many_attempts',
      'passkeys_unavailable',
    ],
    {
      Authorization: {
        description: 'The JWT of a login that began at the accounts login; absent after any other.',
        schema: { type: 'string', pattern: '^Bearer ' },
        example: 'Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl',
      },
    },
  )
  async completeLogin(
    @JsonBody() { token, otp, passkey }: SecondFactorDto,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SecondFactorLoginDto | AccountsSecondFactorLoginDto> {
    const loggedIn = await this.steps.complete(token, { otp, passkey }, origin);
    const { door, recoveryCodes } = loggedIn;
    const answer =
      door.kind === 'accounts' ? accountsAnswer(loggedIn, door.locale, reply) : this.answers.loggedIn(loggedIn);
    return recoveryCodes === undefined ? answer : { ...answer, recoveryCodes: [...recoveryCodes] };
  }

  /**
   * Set up a second factor at a login
   *
   * @remarks Takes the token of a login that was answered 403 with `second_factor_setup_required`, and returns what an authenticator
   * app needs, or with `passkey` a browser. `POST /user/login/second-factor` takes the token with the first code, or with the passkey:
   * it stores the factor, completes the login, and returns the recovery codes. The token is good for nothing else.
   *
   * To try it, set `SECOND_FACTOR` to `everybody`, and log in.
   */
  @Public()
  @Post('setup')
  @HttpCode(200)
  @UseGuards(NoQueryGuard)
  @ApiOkResponse({
    schema: { oneOf: [{ $ref: getSchemaPath(TotpEnrolmentDto) }, { $ref: getSchemaPath(PasskeyEnrolmentDto) }] },
  })
  @Answers('What the authenticator app or the browser needs', [
    'incorrect_second_factor',
    'password_expired',
    'password_change_required',
    'passkeys_unavailable',
  ])
  async setUpAtLogin(
    @JsonBody() { token, method }: SetUpSecondFactorDto,
    @RequestOrigin() origin: Origin,
  ): Promise<TotpEnrolmentDto | PasskeyEnrolmentDto> {
    const begun = (await this.steps.setUp(token, method, origin)) as TotpEnrolment | PasskeyEnrolment;
    return { token, ...begun };
  }
}
