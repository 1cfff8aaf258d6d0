import { Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AuditService } from '../audit/audit.service.js';
import type { Actor } from '../auth/actor.js';
import { CurrentActor } from '../auth/current-actor.decorator.js';
import { CurrentPrincipal } from '../auth/current-principal.decorator.js';
import { Principal } from '../auth/principal.js';
import { Requires } from '../auth/requires.decorator.js';
import { Answers, nextPageHeader } from '../http/openapi/answers.decorator.js';
import { ApiError } from '../errors/api-error.js';
import { PageQueryDto } from '../http/dto/page-query.dto.js';
import { SUCCESS, SuccessDto } from '../http/dto/success.dto.js';
import { linkNextPage } from '../http/paging.js';
import { utcSeconds } from '../http/utc-seconds.js';
import { message } from '../languages/message.js';
import { SessionService } from '../session/session.service.js';
import { JsonBody, QueryFields } from '../http/request-parts.decorators.js';
import { LoggedInUserDto } from './dto/logged-in-user.dto.js';
import { LogoutDto } from './dto/logout.dto.js';
import { EndSessionDto, SessionDto } from './dto/session.dto.js';
import { UserAnswers } from './user-answers.js';
import { UserService } from './user.service.js';

/** What a user does with their own logins. */
@ApiTags('User')
@Controller('user')
export class SessionController {
  constructor(
    private readonly users: UserService,
    private readonly sessions: SessionService,
    private readonly audit: AuditService,
    private readonly answers: UserAnswers,
  ) {}

  /**
   * Renew a JWT
   *
   * @remarks Answers a fresh JWT of the same session; the old one stays good until its own end. A session ends at
   * `SESSION_MAX_AGE`, however often it is renewed.
   */
  @Post('renew')
  @HttpCode(200)
  @Requires('session')
  @Answers('The fresh JWT')
  async renewToken(@CurrentPrincipal() principal: Principal, @CurrentActor() actor: Actor): Promise<LoggedInUserDto> {
    const user = await this.users.get(principal.userId);
    const sessionId = sessionOf(principal);
    const jwt = await this.sessions.renew(user, sessionId);
    await this.audit.record(actor, { action: 'session.renew', target: sessionId });
    return this.answers.login(user, jwt);
  }

  /**
   * Log out
   *
   * @remarks Ends this session, or every one of the user: from the moment of the answer, none of its JWTs is accepted.
   */
  @Post('logout')
  @HttpCode(200)
  @Requires('session')
  @ApiBody({ type: LogoutDto, required: false })
  @Answers('Logged out')
  async logOut(
    @CurrentPrincipal() principal: Principal,
    @CurrentActor() actor: Actor,
    @JsonBody() body?: LogoutDto,
  ): Promise<SuccessDto> {
    const everywhere = body?.everywhere ?? false;
    const sessionId = sessionOf(principal);
    await this.audit.recording(actor, async (manager) => {
      if (everywhere) await this.sessions.endAll(principal.userId, manager);
      else await this.sessions.end(principal.userId, sessionId, manager);
      const detail = everywhere ? 'every session' : '';
      const { userId } = principal;
      const revokes = everywhere ? ({ of: 'user', userId } as const) : ({ of: 'session', userId, sessionId } as const);
      return { result: undefined, occurrence: { action: 'session.end', target: sessionId, detail, revokes } };
    });
    return SUCCESS;
  }

  /**
   * List your sessions
   *
   * @remarks Answers the logins that have not ended, newest first: since when, from where and with which client.
   */
  @Get('sessions')
  @Requires('session')
  @Answers('The sessions', [], nextPageHeader('/user/sessions'))
  async listSessions(
    @CurrentPrincipal() principal: Principal,
    @QueryFields() query: PageQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto[]> {
    const page = await this.sessions.list(principal.userId, query);
    linkNextPage(reply, page);
    return page.rows.map(({ id, created, expires, ip, userAgent }) => ({
      Id: id,
      Created: utcSeconds(created),
      Expires: utcSeconds(expires),
      Ip: ip,
      Client: userAgent,
      Current: id === sessionOf(principal),
    }));
  }

  /**
   * End one of your sessions
   *
   * @remarks From the moment of the answer, none of its JWTs is accepted.
   */
  @Post('sessions/end')
  @HttpCode(200)
  @Requires('session')
  @Answers('The session has ended', ['not_found'])
  async endSession(
    @CurrentPrincipal() principal: Principal,
    @CurrentActor() actor: Actor,
    @JsonBody() { id }: EndSessionDto,
  ): Promise<SuccessDto> {
    await this.audit.recording(actor, async (manager) => {
      const ended = await this.sessions.end(principal.userId, id, manager);
      if (!ended) throw new ApiError('not_found', { message: message('no_such_session') });
      const revokes = { of: 'session', userId: principal.userId, sessionId: id } as const;
      return { result: undefined, occurrence: { action: 'session.end', target: id, revokes } };
    });
    return SUCCESS;
  }
}

function sessionOf({ credential }: Principal): string {
  if (credential.kind !== 'jwt') throw new ApiError('insufficient_scope');
  return credential.sessionId;
}
