import { Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AuditService } from '../audit/audit.service.js';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import type { Actor } from '../auth/actor.js';
import { CurrentActor } from '../auth/current-actor.decorator.js';
import { CurrentPrincipal } from '../auth/current-principal.decorator.js';
import { Principal } from '../auth/principal.js';
import { Requires } from '../auth/requires.decorator.js';
import { Settings } from '../config/settings.js';
import { Answers, nextPageHeader } from '../http/openapi/answers.decorator.js';
import { ApiError } from '../errors/api-error.js';
import { PageQueryDto } from '../http/dto/page-query.dto.js';
import { SUCCESS, SuccessDto } from '../http/dto/success.dto.js';
import { linkNextPage } from '../http/paging.js';
import { formatTimestamp } from '../http/format-timestamp.js';
import { userLock } from '../database/transactions.js';
import { message } from '../i18n/message.js';
import { FactorStep } from '../login/factor-step.js';
import { loginStandingOf, refusalOfSession } from '../login/login-standing.js';
import { SessionEnding } from '../session/session-ending.js';
import { SessionService } from '../session/session.service.js';
import { JsonBody, QueryFields } from '../http/request-parts.decorators.js';
import { LoggedInUserDto } from './dto/logged-in-user.dto.js';
import { LogoutDto } from './dto/logout.dto.js';
import { EndSessionDto, SessionDto } from './dto/session.dto.js';
import { UserResponses } from './user-responses.js';
import { UserService } from './user.service.js';

/** What a user does with their own logins. */
@ApiTags('User')
@Controller('user')
export class SessionController {
  constructor(
    private readonly users: UserService,
    private readonly sessions: SessionService,
    private readonly ending: SessionEnding,
    private readonly step: FactorStep,
    private readonly audit: AuditService,
    private readonly transaction: AuditedTransaction,
    private readonly answers: UserResponses,
    private readonly settings: Settings,
  ) {}

  /**
   * Renew a JWT
   *
   * @remarks Returns a new JWT of the same session. The old one stays valid until it expires. A session ends at
   * `SESSION_MAX_AGE`, which renewals do not extend. Once the password has expired, or `SECOND_FACTOR` demands a second factor that the
   * user does not have, a renewal is refused as a login is. The session stays until it ends otherwise; a change of the password begins a new one.
   */
  @Post('renew')
  @HttpCode(200)
  @Requires('session')
  @Answers('The new JWT', ['password_expired', 'password_change_required', 'second_factor_setup_required'])
  async renewToken(@CurrentPrincipal() principal: Principal, @CurrentActor() actor: Actor): Promise<LoggedInUserDto> {
    const user = await this.users.get(principal.userId);
    const sessionId = sessionOf(principal);
    const standing = loginStandingOf(user, this.settings.passwordMaxAgeDays);
    if (standing !== 'admitted') {
      const { code, detail } = refusalOfSession(standing);
      await this.audit.record(actor, { action: 'session.renew', outcome: 'refused', target: sessionId, detail });
      throw new ApiError(code);
    }
    if (await this.step.mustSetUp(user)) {
      const detail = 'second factor must be set up';
      await this.audit.record(actor, { action: 'session.renew', outcome: 'refused', target: sessionId, detail });
      throw new ApiError('second_factor_setup_required');
    }
    const jwt = await this.sessions.renew(user, sessionId);
    await this.audit.record(actor, { action: 'session.renew', target: sessionId });
    return this.answers.login(user, jwt);
  }

  /**
   * Log out
   *
   * @remarks Ends the current session, or all sessions of the user. Their JWTs are refused from the moment of the response.
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
    await this.transaction.commit(
      actor,
      async (manager) => {
        if (everywhere) await this.sessions.endAll(principal.userId, manager);
        else await this.sessions.end(principal.userId, sessionId, manager);
        const detail = everywhere ? 'every session' : '';
        const { userId } = principal;
        const revokes = everywhere
          ? ({ kind: 'user', userId } as const)
          : ({ kind: 'session', userId, sessionId } as const);
        return {
          result: undefined,
          entry: { action: 'session.end', target: sessionId, detail, revokes },
        } satisfies Audited<unknown>;
      },
      { exclusive: [userLock(principal.userId)] },
    );
    return SUCCESS;
  }

  /**
   * List your sessions
   *
   * @remarks Returns the active sessions, newest first, with start, address, client, and how you logged in.
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
    return page.rows.map(({ id, created, expires, ip, userAgent, amr }) => ({
      Id: id,
      Created: formatTimestamp(created),
      Expires: formatTimestamp(expires),
      Ip: ip,
      Client: userAgent,
      AuthMethods: amr,
      Current: id === sessionOf(principal),
    }));
  }

  /**
   * End one of your sessions
   *
   * @remarks The JWTs of the session are refused from the moment of the response.
   *
   * To try it, take an `Id` from `GET /user/sessions`.
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
    const hasEnded = await this.ending.end(principal.userId, id, actor);
    if (!hasEnded) throw new ApiError('not_found', { message: message('no_such_session') });
    return SUCCESS;
  }
}

function sessionOf({ credential }: Principal): string {
  if (credential.kind !== 'jwt') throw new ApiError('insufficient_scope');
  return credential.sessionId;
}
