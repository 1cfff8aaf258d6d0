import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { isExpired } from '../config/time.js';
import type { Session } from '../database/entities/session.entity.js';
import { hashOfToken, makeRandomToken, RANDOM_TOKEN } from '../crypto/random-token.js';
import { Transactions } from '../database/transactions.js';
import { ApiError } from '../errors/api-error.js';
import { sessionEndOf } from './session-end.js';
import { SessionRepository } from './session.repository.js';

/**
 * Sessions of a browser, which presents a cookie instead of a JWT. The database holds a hash: a copy of it opens no session. It is
 * asked at each page, so that a stolen cookie is refused by every process once its session has ended.
 */
@Injectable()
export class CookieSessions {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly transactions: Transactions,
    private readonly settings: Settings,
  ) {}

  /** Makes the cookie of a session that has just begun. @throws ApiError `invalid_token` if the session has ended meanwhile */
  async issue(sessionId: string): Promise<string> {
    const cookie = makeRandomToken();
    const isIssued = await this.transactions.run((manager) =>
      this.sessions.addCookie(sessionId, hashOfToken(cookie), manager),
    );
    if (!isIssued) throw new ApiError('invalid_token');
    return cookie;
  }

  /** The session of a cookie, with its user; undefined once it has ended or its user may not log in. */
  async find(cookie: string): Promise<Session | undefined> {
    const session = RANDOM_TOKEN.test(cookie) ? await this.sessions.findByCookie(hashOfToken(cookie)) : null;
    if (session?.ended !== null || session.user.disabled !== null) return undefined;
    const expires = sessionEndOf(session, this.settings.sessionMaxAgeSeconds);
    return isExpired(expires) ? undefined : { ...session, expires };
  }
}
