import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Actor } from '../auth/actor.js';
import { CurrentActor } from '../auth/current-actor.decorator.js';
import { CurrentPrincipal } from '../auth/current-principal.decorator.js';
import { Principal } from '../auth/principal.js';
import { RecentLogin } from '../auth/recent-login.decorator.js';
import { Requires } from '../auth/requires.decorator.js';
import { FactorService } from '../factor/factor.service.js';
import type { PasskeyEnrolment } from '../factor/passkey-method.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { JsonBody } from '../http/request-parts.decorators.js';
import { AddedFactorDto, EnrolFactorDto } from './dto/factor.dto.js';
import { ConfirmPasskeyDto, PasskeyEnrolmentDto } from './dto/passkey.dto.js';
import { toAddedFactorDto } from './factor-responses.js';

/** How a user makes passkeys. They are listed, renamed and removed like every second factor. */
@ApiTags('Second factors')
@Controller('user/factors/passkey')
export class PasskeyController {
  constructor(private readonly factors: FactorService) {}

  /**
   * Enrol a passkey
   *
   * @remarks Returns what a browser needs to make a passkey. Nothing is effective before `POST /user/factors/passkey/confirm`, within
   * five minutes. Passkeys belong to the host of `PUBLIC_URL`, or to `PASSKEY_RP_ID`. Without `PUBLIC_URL`, they work on pages of
   * `http://localhost` only.
   *
   * To try it, open this page at such an address.
   */
  @Post()
  @HttpCode(200)
  @Requires('session')
  @RecentLogin()
  @Answers('What the browser needs', ['passkeys_unavailable'])
  async enrolPasskey(
    @CurrentPrincipal() { user }: Principal,
    @JsonBody() { name }: EnrolFactorDto,
  ): Promise<PasskeyEnrolmentDto> {
    return this.factors.enrol<PasskeyEnrolment>(user, 'passkey', name);
  }

  /**
   * Confirm a passkey
   *
   * @remarks Takes what the browser has made. The next login with a password asks for a second factor, and `POST /user/login/passkey`
   * needs no password. Sessions and auth headers stay as they are. The first factor of a user comes with recovery codes.
   *
   * To try it, call `POST /user/factors/passkey`, and let a browser make a passkey with its `options`.
   */
  @Post('confirm')
  @HttpCode(200)
  @Requires('session')
  @RecentLogin()
  @Answers('The second factor', ['incorrect_second_factor', 'too_many_factors', 'passkeys_unavailable'])
  async confirmPasskey(
    @CurrentPrincipal() { user }: Principal,
    @CurrentActor() actor: Actor,
    @JsonBody() { token, passkey }: ConfirmPasskeyDto,
  ): Promise<AddedFactorDto> {
    return toAddedFactorDto(await this.factors.confirm(user, 'passkey', token, { passkey }, actor));
  }
}
