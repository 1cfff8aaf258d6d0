import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, IsNull, LessThan, MoreThan, type Repository } from 'typeorm';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { Settings } from '../config/settings.js';
import { KeptInsertion } from '../database/kept-change.js';
import { KeptQuery } from '../database/kept-query.js';
import { ReadConnection } from '../database/read-connection.js';
import { ApiError } from '../errors/api-error.js';
import { UNKNOWN_ADDRESS } from '../net/address.js';
import type { Origin } from '../net/origin.js';
import { type Page, type PageRequest, readPage } from '../http/paging.js';
import type { User } from '../database/entities/user.entity.js';
import { JwtSigner } from './jwt-signer.js';
import { Session } from '../database/entities/session.entity.js';

/** What a JWT has to say of its session. */
export type SessionSpan = Pick<Session, 'id' | 'expires'>;

/** Logins and their JWTs: a JWT is good while its signature is and its session's row says so. */
@Injectable()
export class SessionService {
  private readonly fromNetwork: KeptQuery<Session, 'userId' | 'network'>;
  private readonly insertion: KeptInsertion<Session>;

  constructor(
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
    connection: ReadConnection,
    private readonly signer: JwtSigner,
    private readonly settings: Settings,
  ) {
    const fromNetwork = sessions
      .createQueryBuilder('session')
      .select('session.id')
      .where('session.userId = :userId AND session.network = :network')
      .limit(1);
    this.fromNetwork = new KeptQuery(fromNetwork, ['userId', 'network'], connection);
    this.insertion = new KeptInsertion(sessions);
  }

  /**
   * Begins a session for a user whose password was right.
   * @param manager of the transaction in which the login is recorded.
   */
  async open(user: User, { ip, network, userAgent }: Origin, manager: EntityManager): Promise<SessionSpan> {
    const created = new Date();
    const expires = new Date(created.getTime() + this.settings.sessionMaxAgeSeconds * 1000);
    const session = { id: uuidv7(), userId: user.id, created, expires, ended: null, ip, network, userAgent };
    await this.insertion.make(manager, session);
    return session;
  }

  /**
   * A fresh JWT for the session of a principal; the session's own end stays where it is.
   * @throws ApiError `invalid_token` once the session has ended
   */
  async renew(user: User, sessionId: string): Promise<string> {
    const session = await this.sessions.findOneBy({ id: sessionId, userId: user.id, ended: IsNull() });
    if (session === null) throw new ApiError('invalid_token');
    return this.mint(user, session);
  }

  /** A user's sessions that have not ended, newest first. */
  list(userId: string, page: PageRequest): Promise<Page<Session>> {
    return readPage(this.sessions, { userId, ended: IsNull(), expires: MoreThan(new Date()) }, page);
  }

  /** Ends one session of a user; answers whether there was one to end. */
  async end(userId: string, sessionId: string, manager: EntityManager): Promise<boolean> {
    const { affected } = await manager.update(
      Session,
      { id: sessionId, userId, ended: IsNull() },
      { ended: new Date() },
    );
    return Boolean(affected);
  }

  /** Ends every session of a user. */
  async endAll(userId: string, manager: EntityManager): Promise<void> {
    await manager.update(Session, { userId, ended: IsNull() }, { ended: new Date() });
  }

  /** Removes the sessions that were over before a moment; answers how many there were. */
  async prune(before: Date): Promise<number> {
    const { affected } = await this.sessions.delete({ expires: LessThan(before) });
    return affected ?? 0;
  }

  /** Whether a user has logged in from a network before. No address that could not be read is known: anybody can send one. */
  async hasLoggedInFrom(userId: string, network: string): Promise<boolean> {
    return network !== UNKNOWN_ADDRESS && (await this.fromNetwork.first({ userId, network })) !== null;
  }

  /** A JWT for a session, whose own end bounds the JWT's. */
  mint(user: User, session: SessionSpan): Promise<string> {
    const { jwtTtlSeconds, jwtIssuer, jwtAudience } = this.settings;
    const nowSeconds = Math.floor(Date.now() / 1000);
    return this.signer.sign({
      iss: jwtIssuer,
      aud: jwtAudience,
      sub: user.id,
      sid: session.id,
      jti: uuidv4(),
      iat: nowSeconds,
      exp: Math.min(nowSeconds + jwtTtlSeconds, Math.floor(session.expires.getTime() / 1000)),
      preferred_username: user.username,
      roles: user.roles,
    });
  }
}
