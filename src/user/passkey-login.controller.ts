import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.decorator.js';
import { NoQueryGuard } from '../http/no-query.guard.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { RequestOrigin } from '../http/request-origin.decorator.js';
import { JsonBody } from '../http/request-parts.decorators.js';
import { PasskeyLoginService } from '../login/passkey-login.service.js';
import type { Origin } from '../net/origin.js';
import { LoggedInUserDto } from './dto/logged-in-user.dto.js';
import { PasskeyLoginDto, PasskeyLoginOptionsDto, PasskeyOptionsDto } from './dto/passkey.dto.js';
import { UserResponses } from './user-responses.js';

/** Logins with a passkey: in place of the password, and the request for one as the second factor. */
@ApiTags('User')
@Controller('user/login/passkey')
export class PasskeyLoginController {
  constructor(
    private readonly logins: PasskeyLoginService,
    private readonly answers: UserResponses,
  ) {}

  /**
   * Begin a login with a passkey
   *
   * @remarks Returns what a browser needs to use a passkey. With the token of a login that was answered 403 with
   * `second_factor_required`, the passkey is its second factor, and `POST /user/login/second-factor` takes the proof. Without a
   * token, the passkey takes the place of the password, and `POST /user/login/passkey` takes the proof.
   *
   * Passkeys belong to the host of `PUBLIC_URL`, or to `PASSKEY_RP_ID`. Without `PUBLIC_URL`, they work on pages of
   * `http://localhost` only.
   *
   * To try it, leave out the token.
   */
  @Public()
  @Post('options')
  @HttpCode(200)
  @UseGuards(NoQueryGuard)
  @ApiBody({ type: PasskeyOptionsDto, required: false })
  @Answers('What the browser needs', ['incorrect_second_factor', 'passkeys_unavailable'])
  async beginPasskeyLogin(
    @RequestOrigin() origin: Origin,
    @JsonBody() body?: PasskeyOptionsDto,
  ): Promise<PasskeyLoginOptionsDto> {
    const token = body?.token;
    return token === undefined ? this.logins.begin() : this.logins.beginSecondStep(token, origin);
  }

  /**
   * Log in with a passkey
   *
   * @remarks Returns the same response as a login with a password. The authenticator must have verified its user, by a PIN or a
   * feature of the body. So no other factor is asked for, and the JWT's `amr` says `mfa`. An unknown passkey, a wrong proof, a used
   * token and a disabled user get the same response. Once the password has expired, the login is refused as one with the password is.
   *
   * To try it, enrol a passkey with `POST /user/factors/passkey`.
   */
  @Public()
  @Post()
  @HttpCode(200)
  @UseGuards(NoQueryGuard)
  @Answers('Successful authentication', [
    'incorrect_credentials',
    'password_expired',
    'password_change_required',
    'too_many_attempts',
    'passkeys_unavailable',
  ])
  async logInWithPasskey(
    @JsonBody() { token, passkey }: PasskeyLoginDto,
    @RequestOrigin() origin: Origin,
  ): Promise<LoggedInUserDto> {
    const { user, jwt } = await this.logins.logIn(token, passkey, origin, 'passkey');
    return this.answers.login(user, jwt);
  }
}
