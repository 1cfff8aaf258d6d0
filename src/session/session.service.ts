import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v4 as uuidv4 } from 'uuid';
import { Settings } from '../config/settings.js';
import { isExpired } from '../config/time.js';
import { ApiError } from '../errors/api-error.js';
import { UNKNOWN_ADDRESS } from '../net/address.js';
import type { Origin } from '../net/origin.js';
import { newId } from '../database/new-id.js';
import type { Page, PageRequest } from '../database/paging.js';
import type { User } from '../database/entities/user.entity.js';
import { acrOf, type AuthenticationMethod } from './amr.js';
import { JwtSigner } from './jwt-signer.js';
import { authTimeOf, sessionEndOf } from './session-end.js';
import type { Session } from '../database/entities/session.entity.js';
import { SessionRepository } from './session.repository.js';

/** What a JWT has to say of its session. */
export type MintedSession = Pick<Session, 'id' | 'created' | 'expires' | 'amr'>;

/** A session that is to be stored. */
export type NewSession = Omit<Session, 'user'>;

/** Logins and their JWTs: a JWT is good while its signature is and its session's row says so. */
@Injectable()
export class SessionService {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly signer: JwtSigner,
    private readonly settings: Settings,
  ) {}

  /**
   * A new session of a user who has proved who they are, which is to be stored.
   * @param amr how, which every JWT of the session says
   */
  begin(user: User, { ip, network, userAgent }: Origin, amr: readonly AuthenticationMethod[]): NewSession {
    const created = new Date();
    const expires = new Date(created.getTime() + this.settings.sessionMaxAgeSeconds * 1000);
    return {
      id: newId(),
      userId: user.id,
      created,
      expires,
      ended: null,
      ip,
      network,
      userAgent,
      amr: [...amr],
      cookieHash: null,
    };
  }

  /** @param manager of the transaction in which the login is recorded. */
  store(session: NewSession, manager: EntityManager): Promise<void> {
    return this.sessions.insert(session, manager);
  }

  /**
   * A fresh JWT for the session of a principal, whose end no renewal postpones.
   * @throws ApiError `invalid_token` once the session has ended, or `token_expired` once it is too old
   */
  async renew(user: User, sessionId: string): Promise<string> {
    const session = await this.sessions.find(sessionId, user.id);
    if (session?.ended !== null) throw new ApiError('invalid_token');
    const current = this.withEnd(session);
    if (isExpired(current.expires)) throw new ApiError('token_expired');
    return this.mint(user, current);
  }

  /** A user's sessions that have not ended, newest first. */
  async list(userId: string, request: PageRequest): Promise<Page<Session>> {
    const oldest = new Date(Date.now() - this.settings.sessionMaxAgeSeconds * 1000);
    const page = await this.sessions.listCurrent(userId, oldest, request);
    return { ...page, rows: page.rows.map((session) => this.withEnd(session)) };
  }

  /** Ends one session of a user; answers whether there was one to end. */
  end(userId: string, sessionId: string, manager: EntityManager): Promise<boolean> {
    return this.sessions.end(sessionId, userId, manager);
  }

  /** Voids what the sessions of a user have asked for by mail. Call it where one is thrown out; the ends of several do it themselves. */
  voidRequests(userId: string, manager: EntityManager): Promise<void> {
    return this.sessions.voidRequests(userId, manager);
  }

  /** Ends every session of a user. */
  endAll(userId: string, manager: EntityManager): Promise<void> {
    return this.sessions.endAll(userId, manager);
  }

  /** Ends every session of a user but one. */
  endOthers(userId: string, keptId: string, manager: EntityManager): Promise<void> {
    return this.sessions.endOthers(userId, keptId, manager);
  }

  /** Removes the sessions that were over before a moment, until `stopping`; answers how many it removed. */
  prune(before: Date, stopping: AbortSignal): Promise<number> {
    return this.sessions.deleteExpired(before, stopping);
  }

  /** Whether a user has logged in from a network before. The unknown address never counts: any client can send one. */
  async hasLoggedInFrom(userId: string, network: string): Promise<boolean> {
    return network !== UNKNOWN_ADDRESS && (await this.sessions.existsFrom(userId, network));
  }

  private withEnd(session: Session): Session {
    return { ...session, expires: sessionEndOf(session, this.settings.sessionMaxAgeSeconds) };
  }

  /** A JWT for a session, whose own end bounds the JWT's. */
  mint(user: User, session: MintedSession): Promise<string> {
    const { jwtTtlSeconds, issuer, jwtAudience } = this.settings;
    const nowSeconds = Math.floor(Date.now() / 1000);
    return this.signer.sign({
      iss: issuer,
      aud: jwtAudience,
      sub: user.id,
      sid: session.id,
      jti: uuidv4(),
      iat: nowSeconds,
      exp: Math.min(nowSeconds + jwtTtlSeconds, Math.floor(session.expires.getTime() / 1000)),
      auth_time: authTimeOf(session),
      acr: acrOf(session.amr),
      amr: session.amr,
      preferred_username: user.username,
      roles: user.roles,
    });
  }
}
