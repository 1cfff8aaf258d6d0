import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { tokenHolder } from '../auth/actor.js';
import { Public } from '../auth/public.decorator.js';
import { LEAK_REPORT, LeakedAuthHeaders } from '../authheader/leaked-auth-headers.js';
import { SUCCESS, SuccessDto } from '../http/dto/success.dto.js';
import { NoQueryGuard } from '../http/no-query.guard.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { RequestOrigin } from '../http/request-origin.decorator.js';
import { JsonBody } from '../http/request-parts.decorators.js';
import { RequestThrottle } from '../login/request-throttle.js';
import type { Origin } from '../net/origin.js';
import { LeakedTokenDto } from './dto/leaked-token.dto.js';

@ApiTags('Auth headers')
@Controller('authheader')
export class LeaksController {
  constructor(
    private readonly leaks: LeakedAuthHeaders,
    private readonly throttle: RequestThrottle,
  ) {}

  /**
   * Revoke a leaked auth header
   *
   * @remarks For secret scanners, and for anybody who has found a token: it needs no credential but the token itself, which is
   * refused everywhere from the moment of the response. The old token in the overlap of a rotation is ended by itself. The response
   * and its work are the same for every text, also for one that is no token or was revoked before. The owner is told by mail if the
   * server sends mails. A network can report a hundred tokens in 15 minutes.
   *
   * To try it, take a `token` from `GET /authheader/list`.
   */
  @Public()
  @Post('revoke-leaked')
  @HttpCode(200)
  @UseGuards(NoQueryGuard)
  @Answers('If it was the token of an auth header, it is revoked', ['too_many_attempts'])
  async revokeLeakedAuthHeader(
    @JsonBody() { token }: LeakedTokenDto,
    @RequestOrigin() origin: Origin,
  ): Promise<SuccessDto> {
    await this.throttle.admitReport(LEAK_REPORT, tokenHolder(null, origin));
    await this.leaks.revoke(token, origin);
    return SUCCESS;
  }
}
