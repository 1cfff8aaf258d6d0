import type { Acr } from '../guard/login-proof.js';

/** The claims of our JWTs (RFC 7519, section 4; RFC 9068). They identify the user, and say nothing else about the person. */
export interface JwtClaims {
  readonly iss: string;
  readonly aud: string | string[];
  /** The user's id. */
  readonly sub: string;
  /** The session's id. */
  readonly sid: string;
  readonly jti: string;
  /** Seconds since 1970, as all times of a JWT. */
  readonly iat: number;
  readonly exp: number;
  /**
   * When and how the user logged in (OpenID Connect Core, section 2; RFC 8176). JWTs of older versions lack it, and the session's
   * row decides: these claims are for services that check a JWT offline.
   */
  readonly auth_time?: number;
  readonly acr?: Acr;
  readonly amr?: readonly string[];
  readonly preferred_username: string;
  readonly roles: readonly string[];
}

/** Whether a payload with a good signature carries every claim that is relied on: a JWT without an end is none of ours. */
export function isJwtClaims(payload: unknown): payload is JwtClaims {
  const { iss, sub, sid, jti, iat, exp } = (payload ?? {}) as Partial<Record<keyof JwtClaims, unknown>>;
  return (
    [iss, sub, sid, jti].every((claim) => typeof claim === 'string') &&
    [iat, exp].every((time) => Number.isSafeInteger(time))
  );
}
