import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { Settings } from '../../config/settings.js';
import { isJwtClaims } from '../../session/jwt-claims.js';
import { SessionService } from '../../session/session.service.js';
import { SigningKeys } from '../../session/signing-keys.js';
import type { Principal } from '../principal.js';

export const JWT_STRATEGY = 'jwt';

/** Checks a JWT: its signature and claims here (RFC 8725), its session in the database. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, JWT_STRATEGY) {
  constructor(
    settings: Settings,
    keys: SigningKeys,
    private readonly sessions: SessionService,
  ) {
    super({
      jwtFromRequest: ({ credential }: FastifyRequest) => (credential?.kind === 'jwt' ? credential.token : null),
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
  }

  async validate(payload: unknown): Promise<Principal | null> {
    return isJwtClaims(payload) ? this.sessions.principalOf(payload) : null;
  }
}
