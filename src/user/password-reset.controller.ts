import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.decorator.js';
import { SUCCESS, SuccessDto } from '../http/dto/success.dto.js';
import { NoQueryGuard } from '../http/no-query.guard.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { ExampleFields } from '../http/openapi/example-fields.decorator.js';
import { RequestOrigin } from '../http/request-origin.decorator.js';
import { JsonBody } from '../http/request-parts.decorators.js';
import { PasswordResetService } from '../login/password-reset.service.js';
import type { Origin } from '../net/origin.js';
import {
  ForgotPasswordDto,
  ResetForgottenPasswordAnswerDto,
  ResetForgottenPasswordDto,
} from './dto/password-reset.dto.js';

/** A forgotten password, by mail. */
@ApiTags('User')
@Controller('user')
export class PasswordResetController {
  constructor(private readonly resets: PasswordResetService) {}

  /**
   * Reset a forgotten password by mail
   *
   * @remarks Mails a link that is good once, within an hour, for `POST /user/password/reset`. The response and its time are the
   * same for every address, also for one that no user has. At most three mails an hour go to one address, and a newer link voids
   * the older one. Without `SMTP_URL`, the server sends no mail and answers `mail_not_configured`.
   *
   * To try it, set `SMTP_URL`, and give your own address.
   */
  @Public()
  @Post('forgot')
  @HttpCode(200)
  @UseGuards(NoQueryGuard)
  @Answers('A mail is sent if a user who may log in has the address', ['mail_not_configured', 'too_many_attempts'])
  async forgotPassword(@JsonBody() { email }: ForgotPasswordDto, @RequestOrigin() origin: Origin): Promise<SuccessDto> {
    await this.resets.forgot(email, origin);
    return SUCCESS;
  }

  /**
   * Set a password with the link of a mail
   *
   * @remarks Ends every session of the user, and tells the user by mail. It logs nobody in. Auth headers stay valid unless
   * `endAuthHeaders` is true. A user with a second factor sends `otp` too: a reset neither passes nor removes a factor. A refused
   * password or code leaves the link as it is.
   *
   * To try it, take the `token` from the link of the mail that `POST /user/forgot` has sent.
   */
  @Public()
  @Post('password/reset')
  @HttpCode(200)
  @UseGuards(NoQueryGuard)
  @ExampleFields<ResetForgottenPasswordDto>('token', 'newPassword')
  @Answers('The password was changed', [
    'invalid_link',
    'mail_not_configured',
    'second_factor_required',
    'incorrect_second_factor',
    'too_many_attempts',
  ])
  async resetForgottenPassword(
    @JsonBody() { endAuthHeaders = false, ...reset }: ResetForgottenPasswordDto,
    @RequestOrigin() origin: Origin,
  ): Promise<ResetForgottenPasswordAnswerDto> {
    return { ...SUCCESS, ...(await this.resets.reset({ ...reset, endAuthHeaders }, origin)) };
  }
}
