import { Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { type AuthHeaderCredential, Principal } from '../auth/principal.js';
import { principalOfToken } from '../authheader/auth-header-principal.js';
import { AuthHeaderRepository } from '../authheader/auth-header.repository.js';
import { earliest } from '../authheader/delegation.js';
import { Settings } from '../config/settings.js';
import { JwtSigner } from './jwt-signer.js';
import { isMachineClaims } from './machine-claims.js';

/** The longest that the JWT of a machine login is valid. */
const MAX_TTL_SECONDS = 600;

/** The JWT of a machine login. */
export interface MachineJwt {
  readonly jwt: string;
  readonly expiresInSeconds: number;
}

/** The JWTs of machine logins (RFC 9068): each stands for an auth header, and is never more than that. */
@Injectable()
export class MachineJwts {
  constructor(
    private readonly signer: JwtSigner,
    private readonly authHeaders: AuthHeaderRepository,
    private readonly settings: Settings,
  ) {}

  /**
   * Signs a JWT with some of the scopes of an auth header. It does not outlive the auth header, or the overlap of a rotation in
   * which the token still is that was presented.
   * @returns undefined if the auth header expires within this second.
   * @throws ApiError `unavailable` where there is no key to sign with
   */
  async issue(
    userId: string,
    { id, expires, tokenMark }: AuthHeaderCredential,
    scopes: readonly string[],
  ): Promise<MachineJwt | undefined> {
    const { issuer, jwtAudience, jwtTtlSeconds } = this.settings;
    const iat = Math.floor(Date.now() / 1000);
    const ttlSeconds = Math.min(MAX_TTL_SECONDS, jwtTtlSeconds);
    const ends = earliest(expires, new Date((iat + ttlSeconds) * 1000));
    const exp = Math.floor((ends?.getTime() ?? 0) / 1000);
    if (exp <= iat) return undefined;
    const claims = {
      iss: issuer,
      aud: jwtAudience,
      sub: userId,
      client_id: id,
      ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
      jti: uuidv4(),
      iat,
      exp,
      token_mark: tokenMark,
    };
    return { jwt: await this.signer.sign(claims, 'at+jwt'), expiresInSeconds: exp - iat };
  }

  /**
   * The principal of a JWT with a good signature and an issuer and an audience of ours: its auth header as it is now, with the
   * scopes of the JWT.
   * @returns null if the auth header is gone.
   * @throws RefusedCredential if it does not accept the token any more with which the JWT was obtained
   */
  async principalOf(claims: unknown): Promise<Principal | null> {
    if (!isMachineClaims(claims)) return null;
    const { iss, sub, client_id, scope, jti, iat, exp, token_mark } = claims;
    const [authHeader] = await this.authHeaders.findAny({ column: 'id', value: client_id });
    const principal = authHeader?.userId === sub ? principalOfToken(authHeader, token_mark) : null;
    if (principal?.credential.kind !== 'auth-header') return null;
    const { credential, user } = principal;
    const asked = scope === undefined ? [] : scope.split(' ');
    return new Principal(user, {
      ...credential,
      // What the auth header has lost since, the JWT has lost as well.
      scopes: asked.filter((one) => credential.scopes.includes(one)),
      expires: earliest(credential.expires, new Date(exp * 1000)),
      jwt: { id: jti, issuer: iss, issuedAtSeconds: iat },
    });
  }
}
