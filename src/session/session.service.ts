import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, MoreThan, type Repository } from 'typeorm';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { Principal } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import type { User } from '../user/user.entity.js';
import type { JwtClaims } from './jwt-claims.js';
import { Session } from './session.entity.js';
import { SigningKeys } from './signing-keys.js';

/** Where a login comes from. */
export interface Origin {
  readonly ip: string;
  readonly userAgent: string;
}

const USER_AGENT_LENGTH = 255;

/** Logins and their JWTs: a JWT is good while its signature is and its session's row says so. */
@Injectable()
export class SessionService {
  constructor(
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
    private readonly keys: SigningKeys,
    private readonly jwts: JwtService,
    private readonly settings: Settings,
  ) {}

  /** Begins a session for a user whose password was right; answers its first JWT. */
  async open(user: User, origin: Origin): Promise<string> {
    const created = new Date();
    const session = {
      id: uuidv7(),
      userId: user.id,
      created,
      expires: new Date(created.getTime() + this.settings.sessionMaxAgeSeconds * 1000),
      ip: origin.ip,
      userAgent: origin.userAgent.slice(0, USER_AGENT_LENGTH),
    };
    await this.sessions.insert(session);
    return this.mint(user, session);
  }

  /** Whom the claims of a checked JWT speak for; nobody once the session has ended or its user may not log in. */
  async principalOf({ sub, sid, jti, exp }: JwtClaims): Promise<Principal | null> {
    const session = await this.sessions.findOne({
      where: {
        id: sid,
        userId: sub,
        ended: IsNull(),
        expires: MoreThan(new Date()),
        user: { disabled: IsNull() },
      },
      relations: { user: true },
    });
    if (session === null) return null;
    const { username, roles } = session.user;
    return new Principal(sub, username, roles, {
      kind: 'jwt',
      id: jti,
      sessionId: sid,
      expires: new Date(exp * 1000),
    });
  }

  /** The session's own end bounds the JWT's. */
  private mint(user: User, session: Pick<Session, 'id' | 'expires'>): Promise<string> {
    const { kid, key } = this.keys.signingKey();
    const { jwtAlgorithm, jwtTtlSeconds, jwtIssuer, jwtAudience } = this.settings;
    const nowSeconds = Math.floor(Date.now() / 1000);
    const claims: JwtClaims = {
      iss: jwtIssuer,
      aud: jwtAudience,
      sub: user.id,
      sid: session.id,
      jti: uuidv4(),
      iat: nowSeconds,
      exp: Math.min(nowSeconds + jwtTtlSeconds, Math.floor(session.expires.getTime() / 1000)),
      preferred_username: user.username,
      roles: user.roles,
    };
    return this.jwts.signAsync(claims, { privateKey: key, algorithm: jwtAlgorithm, keyid: kid });
  }
}
