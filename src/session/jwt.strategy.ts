import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { InjectRepository } from '@nestjs/typeorm';
import { Strategy } from 'passport-jwt';
import type { Repository } from 'typeorm';
import { Principal } from '../auth/principal.js';
import { type CredentialRequest, JWT_STRATEGY } from '../auth/strategy-names.js';
import { Settings } from '../config/settings.js';
import { Session } from '../database/entities/session.entity.js';
import { KeptQuery } from '../database/prepared/prepared-query.js';
import { ReadConnection } from '../database/sqlite/read-connection.js';
import { isJwtClaims } from './jwt-claims.js';
import { SigningKeys } from '../signing-keys/signing-keys.js';

/** Checks a JWT: its signature and claims here (RFC 8725), its session in the database. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, JWT_STRATEGY) {
  private readonly byId: KeptQuery<Session, 'id' | 'userId'>;

  constructor(
    settings: Settings,
    keys: SigningKeys,
    @InjectRepository(Session) sessions: Repository<Session>,
    connection: ReadConnection,
  ) {
    super({
      jwtFromRequest: ({ credential }: CredentialRequest) => credential.token,
      secretOrKeyProvider: (_request, token: string, done) => {
        void keys.verificationKeyFor(token).then((key) => {
          // The types know text keys only; a KeyObject is the same key, parsed once and not at every request.
          if (key === undefined) done(new Error('No such key'));
          else done(null, key as unknown as Buffer);
        }, done);
      },
      algorithms: [settings.jwtAlgorithm],
      issuer: settings.jwtIssuer,
      audience: settings.jwtAudience,
    });
    const byId = sessions
      .createQueryBuilder('session')
      .innerJoinAndSelect('session.user', 'user')
      .where('session.id = :id AND session.userId = :userId');
    this.byId = new KeptQuery(byId, ['id', 'userId'], connection);
  }

  /** Whom the claims of a checked JWT speak for; nobody once the session has ended or its user may not log in. */
  async validate(claims: unknown): Promise<Principal | null> {
    if (!isJwtClaims(claims)) return null;
    const { sub, sid, jti, exp } = claims;
    const session = await this.byId.first({ id: sid, userId: sub });
    if (session?.ended !== null || session.expires <= new Date() || session.user.disabled !== null) return null;
    return new Principal(session.user, { kind: 'jwt', id: jti, sessionId: sid, expires: new Date(exp * 1000) });
  }
}
