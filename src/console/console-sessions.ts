import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { actorOf } from '../auth/actor.js';
import { Principal, principalUserOf } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import type { Session } from '../database/entities/session.entity.js';
import { ApiError } from '../errors/api-error.js';
import { FactorPolicy } from '../factor/factor-policy.js';
import { loginStandingOf } from '../login/login-standing.js';
import type { LoggedInUser } from '../login/login.service.js';
import { acrOf } from '../session/amr.js';
import { CookieSessions } from '../session/cookie-sessions.js';
import { authTimeOf } from '../session/session-end.js';
import { SessionEnding } from '../session/session-ending.js';
import { SessionCookie } from './session-cookie.js';
import type { Visit, Visitor } from './visit.js';

/** Takes a cookie to its user, and a login to its cookie. */
@Injectable()
export class ConsoleSessions {
  constructor(
    private readonly sessions: CookieSessions,
    private readonly ending: SessionEnding,
    private readonly cookie: SessionCookie,
    private readonly policy: FactorPolicy,
    private readonly settings: Settings,
  ) {}

  /** The user of a request's cookie; undefined without one that is accepted. */
  async visitorOf(request: FastifyRequest): Promise<Visitor | undefined> {
    const value = this.cookie.read(request);
    const session = value === undefined ? undefined : await this.sessions.find(value);
    if (session === undefined || !this.isAdmitted(session)) return undefined;
    const { id, user, created, expires, amr } = session;
    // A session of the console has all rights of its user, as a JWT has; only its credential is the row itself.
    const principal = new Principal(principalUserOf(user), {
      kind: 'jwt',
      id,
      sessionId: id,
      expires,
      issuer: this.settings.issuer,
      issuedAtSeconds: authTimeOf(session),
      amr,
      acr: acrOf(amr),
      authTimeSeconds: authTimeOf(session),
    });
    const actor = { ...actorOf(principal, request), credential: 'session' } as const;
    return { principal, actor, sessionId: id, began: created, ends: expires };
  }

  /**
   * Whether the user would get this session today. Nothing renews it, as a JWT must be renewed: a password that has expired, a role
   * or a setting that demands a second factor would change nothing for as long as it lasts.
   */
  private isAdmitted({ user, amr }: Session): boolean {
    if (loginStandingOf(user, this.settings.passwordMaxAgeDays) !== 'admitted') return false;
    return acrOf(amr) === 'aal2' || !this.policy.demandsOf(user);
  }

  /**
   * Gives the browser the cookie of a new login. The session of the cookie that it had before ends: a value that somebody knew
   * before the login is worth nothing after it.
   */
  async enter({ visitor, parts }: Visit, { sessionId }: LoggedInUser): Promise<void> {
    const value = await this.sessions.issue(sessionId);
    if (visitor !== undefined) await this.end(visitor);
    parts.cookies.set(value);
  }

  /** Logs out. */
  async leave({ visitor, parts }: Visit): Promise<void> {
    if (visitor !== undefined) await this.end(visitor);
    parts.cookies.clear();
  }

  private async end({ principal, sessionId, actor }: Visitor): Promise<void> {
    try {
      await this.ending.end(principal.userId, sessionId, actor);
    } catch (error) {
      // A change of the password has ended it already.
      if (!(error instanceof ApiError && error.code === 'invalid_token')) throw error;
    }
  }
}
