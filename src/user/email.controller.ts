import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Actor } from '../auth/actor.js';
import { CurrentActor } from '../auth/current-actor.decorator.js';
import { CurrentPrincipal } from '../auth/current-principal.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Public } from '../auth/public.decorator.js';
import { RecentLogin } from '../auth/recent-login.decorator.js';
import { Requires } from '../auth/requires.decorator.js';
import { SUCCESS, SuccessDto } from '../http/dto/success.dto.js';
import { NoQueryGuard } from '../http/no-query.guard.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { RequestOrigin } from '../http/request-origin.decorator.js';
import { JsonBody } from '../http/request-parts.decorators.js';
import type { Origin } from '../net/origin.js';
import { ChangeEmailDto } from './dto/change-email.dto.js';
import { MailLinkDto } from './dto/password-reset.dto.js';
import { EmailChangeService } from './email-change.service.js';

/** A user's own e-mail address. */
@ApiTags('User')
@Controller('user/email')
export class EmailController {
  constructor(private readonly changes: EmailChangeService) {}

  /**
   * Change or confirm your e-mail address
   *
   * @remarks Mails a link to the address, which is good once, within 24 hours, for `POST /user/email/confirm`. Nothing changes
   * before. The present address can be given too: the link then confirms it.
   *
   * To try it, set `SMTP_URL`, and give an address of yours.
   */
  @Post()
  @HttpCode(200)
  @Requires('session')
  @RecentLogin()
  @Answers('A mail is sent to the address', ['mail_not_configured', 'too_many_attempts'])
  async changeEmail(
    @CurrentPrincipal() { userId }: Principal,
    @CurrentActor() actor: Actor,
    @JsonBody() { email }: ChangeEmailDto,
  ): Promise<SuccessDto> {
    await this.changes.request(userId, email, actor);
    return SUCCESS;
  }

  /**
   * Confirm an e-mail address
   *
   * @remarks The address is the user's from then on. The former one gets a mail with a link for `POST /user/email/undo`.
   *
   * To try it, take the `token` from the link of the mail that `POST /user/email` has sent.
   */
  @Public()
  @Post('confirm')
  @HttpCode(200)
  @UseGuards(NoQueryGuard)
  @Answers('The address is confirmed', ['invalid_link', 'already_taken', 'mail_not_configured'])
  async confirmEmail(@JsonBody() { token }: MailLinkDto, @RequestOrigin() origin: Origin): Promise<SuccessDto> {
    await this.changes.confirm(token, origin);
    return SUCCESS;
  }

  /**
   * Change back to the former e-mail address
   *
   * @remarks Takes the token of the mail that the former address got. Ends every session of the user, and voids every link in
   * earlier mails but the undo of an earlier change. The link is good once, within seven days.
   *
   * To try it, take the `token` from the link of that mail.
   */
  @Public()
  @Post('undo')
  @HttpCode(200)
  @UseGuards(NoQueryGuard)
  @Answers('The former address is back', ['invalid_link', 'already_taken', 'mail_not_configured'])
  async undoEmail(@JsonBody() { token }: MailLinkDto, @RequestOrigin() origin: Origin): Promise<SuccessDto> {
    await this.changes.undo(token, origin);
    return SUCCESS;
  }
}
