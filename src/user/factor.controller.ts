import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Actor } from '../auth/actor.js';
import { CurrentActor } from '../auth/current-actor.decorator.js';
import { CurrentPrincipal } from '../auth/current-principal.decorator.js';
import { Principal } from '../auth/principal.js';
import { RecentLogin } from '../auth/recent-login.decorator.js';
import { Requires } from '../auth/requires.decorator.js';
import { FactorService } from '../factor/factor.service.js';
import type { TotpEnrolment } from '../factor/totp-method.js';
import { SUCCESS, SuccessDto } from '../http/dto/success.dto.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { ExampleFields } from '../http/openapi/example-fields.decorator.js';
import { JsonBody, QueryFields } from '../http/request-parts.decorators.js';
import {
  AddedFactorDto,
  ConfirmTotpDto,
  EnrolFactorDto,
  FactorDto,
  ListFactorsQueryDto,
  RecoveryCodesDto,
  RemoveFactorDto,
  RenameFactorDto,
} from './dto/factor.dto.js';
import { TotpEnrolmentDto } from './dto/second-factor.dto.js';
import { FactorOwners } from './factor-owners.js';
import { toAddedFactorDto, toFactorDto } from './factor-responses.js';

/** What a user does with their second factors, and an administrator with those of others. */
@ApiTags('Second factors')
@Controller('user/factors')
export class FactorController {
  constructor(
    private readonly factors: FactorService,
    private readonly owners: FactorOwners,
  ) {}

  /**
   * List your second factors
   *
   * @remarks Returns all of them, newest first. An administrator can name another user.
   */
  @Get('list')
  @Requires('session')
  @Answers('The second factors', ['not_found'])
  async listFactors(
    @CurrentPrincipal() principal: Principal,
    @QueryFields() { userId }: ListFactorsQueryDto,
  ): Promise<FactorDto[]> {
    const { owner } = await this.owners.of(principal, userId);
    return (await this.factors.list(owner.id)).map(toFactorDto);
  }

  /**
   * Enrol an authenticator app
   *
   * @remarks Returns a secret for the app, which is shown once. Nothing is effective before `POST /user/factors/totp/confirm` proves
   * that the app has it, within five minutes.
   */
  @Post('totp')
  @HttpCode(200)
  @Requires('session')
  @RecentLogin()
  @Answers('What the app needs')
  async enrolTotp(
    @CurrentPrincipal() { user }: Principal,
    @JsonBody() { name }: EnrolFactorDto,
  ): Promise<TotpEnrolmentDto> {
    return this.factors.enrol<TotpEnrolment>(user, 'totp', name);
  }

  /**
   * Confirm an authenticator app
   *
   * @remarks Takes the code that the app shows, which is used up by it. The next login asks for a code. Sessions and auth headers
   * stay as they are. The first factor of a user comes with recovery codes.
   *
   * To try it, call `POST /user/factors/totp`, and put its `secret` into an app.
   */
  @Post('totp/confirm')
  @HttpCode(200)
  @Requires('session')
  @RecentLogin()
  @Answers('The second factor', ['incorrect_second_factor', 'too_many_factors'])
  async confirmTotp(
    @CurrentPrincipal() { user }: Principal,
    @CurrentActor() actor: Actor,
    @JsonBody() { token, otp }: ConfirmTotpDto,
  ): Promise<AddedFactorDto> {
    return toAddedFactorDto(await this.factors.confirm(user, 'totp', token, { otp }, actor));
  }

  /**
   * Rename a second factor
   *
   * @remarks Changes the name that the list shows.
   *
   * To try it, take an `id` from `GET /user/factors/list`.
   */
  @Post('rename')
  @HttpCode(200)
  @Requires('session')
  @RecentLogin()
  @Answers('The factor was renamed', ['not_found'])
  async renameFactor(
    @CurrentPrincipal() { userId }: Principal,
    @CurrentActor() actor: Actor,
    @JsonBody() { id, name }: RenameFactorDto,
  ): Promise<SuccessDto> {
    await this.factors.rename(userId, id, name, actor);
    return SUCCESS;
  }

  /**
   * Remove a second factor
   *
   * @remarks The recovery codes go with the last factor. Where `SECOND_FACTOR` demands one of the user, the last one stays. An
   * administrator can remove any factor of another user, or all of them, for somebody who has lost theirs.
   *
   * To try it, take an `id` from `GET /user/factors/list`.
   */
  @Post('remove')
  @HttpCode(200)
  @Requires('session')
  @RecentLogin()
  @ExampleFields<RemoveFactorDto>('id')
  @Answers('The factor was removed', ['not_found', 'last_factor'])
  async removeFactor(
    @CurrentPrincipal() principal: Principal,
    @CurrentActor() actor: Actor,
    @JsonBody() { id, userId }: RemoveFactorDto,
  ): Promise<SuccessDto> {
    const { owner, isOwn } = await this.owners.of(principal, userId);
    await this.factors.remove(owner, id, isOwn, actor);
    return SUCCESS;
  }

  /**
   * Create new recovery codes
   *
   * @remarks Returns eight codes, which are shown once and void the old ones. Each stands in for a second factor once.
   *
   * To try it, enrol a second factor with `POST /user/factors/totp`.
   */
  @Post('recovery-codes')
  @HttpCode(200)
  @Requires('session')
  @RecentLogin()
  @Answers('The recovery codes', ['not_found'])
  async makeRecoveryCodes(
    @CurrentPrincipal() { userId }: Principal,
    @CurrentActor() actor: Actor,
  ): Promise<RecoveryCodesDto> {
    return { recoveryCodes: await this.factors.renewRecoveryCodes(userId, actor) };
  }
}
