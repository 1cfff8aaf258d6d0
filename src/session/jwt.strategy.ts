import { Injectable } from '@nestjs/common';
import { JwtService, TokenExpiredError } from '@nestjs/jwt';
import { PassportStrategy } from '@nestjs/passport';
import type { KeyObject } from 'node:crypto';
import { Strategy } from 'passport-jwt';
import { type KnownCredential, RefusedCredential } from '../auth/credential-refusals.js';
import { Principal } from '../auth/principal.js';
import { type CredentialRequest, JWT_STRATEGY } from '../auth/strategy-names.js';
import { Settings } from '../config/settings.js';
import { message } from '../i18n/message.js';
import { isJwtShaped } from '../guard/read-credential.js';
import { isExpired } from '../config/time.js';
import { acrOf } from './amr.js';
import { Issuers } from './issuers.js';
import { isJwtClaims, type JwtClaims } from './jwt-claims.js';
import { isMachineClaims } from './machine-claims.js';
import { MachineJwts } from './machine-jwts.js';
import { authTimeOf, sessionEndOf } from './session-end.js';
import { SessionRepository } from './session.repository.js';
import { jwtTypeOf } from '../signing-keys/jwt-types.js';
import { SigningKeys } from '../signing-keys/signing-keys.js';

/** That no key could be looked for. Passport's strategy takes any error of its key provider for a bad JWT. */
class KeyLookupError extends Error {
  constructor(override readonly cause: Error) {
    super('The key could not be looked for');
  }
}

/** Checks a JWT: its signature and claims here (RFC 8725), its session in the database. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, JWT_STRATEGY) {
  constructor(
    private readonly settings: Settings,
    private readonly keys: SigningKeys,
    private readonly sessions: SessionRepository,
    private readonly issuers: Issuers,
    private readonly machines: MachineJwts,
    private readonly jwts: JwtService,
  ) {
    super({
      jwtFromRequest: ({ credential }: CredentialRequest) => credential.token,
      secretOrKeyProvider: (_request, token: string, done) => {
        void keys.verificationKeyFor(token).then(
          (key) => {
            if (key === undefined) done(new Error('No such key'));
            else done(null, asText(key));
          },
          (error: unknown) => {
            done(new KeyLookupError(error as Error));
          },
        );
      },
      algorithms: [settings.jwtAlgorithm],
      audience: settings.jwtAudience,
      passReqToCallback: true,
    });
  }

  /** Checks with keys that are up to date. A database that does not answer is no reason to refuse a JWT as a bad one. */
  override authenticate(...parameters: Parameters<Strategy['authenticate']>): void {
    const [request] = parameters as unknown as [CredentialRequest];
    const { token } = request.credential;
    if (!isJwtShaped(token)) {
      this.fail(401);
      return;
    }
    // Passport makes an object of this strategy for each request.
    const fail = this.fail.bind(this);
    this.fail = (reason: unknown) => {
      if (reason instanceof KeyLookupError) {
        this.error(reason.cause);
        return;
      }
      if (!(reason instanceof TokenExpiredError)) {
        fail(401);
        return;
      }
      this.expiryOf(token).then(
        (error) => {
          if (error === undefined) fail(401);
          else this.error(error);
        },
        (error: unknown) => {
          this.error(error as Error);
        },
      );
    };
    this.keys.refresh().then(
      () => {
        super.authenticate(...parameters);
      },
      (error: unknown) => {
        this.error(error as Error);
      },
    );
  }

  /**
   * The refusal of an expired JWT that is ours in every other respect; undefined for any other. The expiry is checked before the
   * audience and the issuer, so the rest is checked here. Its holder can read the expiry in it, and learns nothing else.
   */
  private async expiryOf(token: string): Promise<RefusedCredential | undefined> {
    const { jwtAlgorithm, jwtAudience } = this.settings;
    const key = await this.keys.verificationKeyFor(token);
    if (key === undefined) return undefined;
    const options = { algorithms: [jwtAlgorithm], audience: jwtAudience, ignoreExpiration: true };
    const claims: unknown = await this.jwts
      .verifyAsync(token, { ...options, publicKey: asText(key) })
      .catch(() => undefined);
    const type = jwtTypeOf(token);
    if (type === 'at+jwt' && isMachineClaims(claims) && (await this.issuers.accepts(claims.iss))) {
      const { client_id: id, sub: userId } = claims;
      const known = { kind: 'auth-header', id, subjectId: id, userId, username: '' } as const;
      return new RefusedCredential('token_expired', known, 'expired', { message: message('machine_jwt_expired') });
    }
    if (type !== 'JWT' || !isJwtClaims(claims) || !(await this.issuers.accepts(claims.iss))) return undefined;
    return new RefusedCredential('token_expired', knownOfLogin(claims), 'expired');
  }

  /** The principal of a checked JWT's claims; null if the JWT is not accepted any more. */
  async validate({ credential }: CredentialRequest, claims: { readonly iss?: unknown }): Promise<Principal | null> {
    if (typeof claims.iss !== 'string' || !(await this.issuers.accepts(claims.iss))) return null;
    switch (jwtTypeOf(credential.token)) {
      case 'JWT':
        return this.principalOfLogin(claims);
      case 'at+jwt':
        return this.machines.principalOf(claims);
      case undefined:
        return null;
    }
  }

  /** Null without the session. @throws RefusedCredential once it has ended or is too old, or its user may not log in */
  private async principalOfLogin(claims: unknown): Promise<Principal | null> {
    if (!isJwtClaims(claims)) return null;
    const { iss, sub, sid, jti, iat, exp } = claims;
    const session = await this.sessions.find(sid, sub);
    if (session === null) return null;
    const known = { ...knownOfLogin(claims), username: session.user.username };
    if (session.ended !== null || session.user.disabled !== null) {
      throw new RefusedCredential('invalid_token', known, 'revoked');
    }
    const end = sessionEndOf(session, this.settings.sessionMaxAgeSeconds);
    if (isExpired(end)) throw new RefusedCredential('token_expired', known, 'expired');
    // A JWT of the time before SESSION_MAX_AGE was lowered names a later expiry than its session has now.
    const expires = new Date(Math.min(exp * 1000, end.getTime()));
    return new Principal(session.user, {
      kind: 'jwt',
      id: jti,
      sessionId: sid,
      expires,
      issuer: iss,
      issuedAtSeconds: iat,
      amr: session.amr,
      acr: acrOf(session.amr),
      authTimeSeconds: authTimeOf(session),
    });
  }
}

/** Whose session it is that a JWT with a good signature names. */
function knownOfLogin({ jti, sid, sub }: JwtClaims): KnownCredential {
  return { kind: 'jwt', id: jti, subjectId: sid, userId: sub, username: '' };
}

/** The types of the library know text keys only; a KeyObject is the same key, parsed once and not at every request. */
function asText(key: KeyObject): Buffer {
  return key as unknown as Buffer;
}
