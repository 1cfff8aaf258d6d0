/** The claims of the JWT of a machine login (RFC 9068, section 2.2). */
export interface MachineClaims {
  readonly iss: string;
  readonly aud: string | string[];
  /** The id of the auth header's owner. */
  readonly sub: string;
  /** The id of the auth header. */
  readonly client_id: string;
  /** The scopes, separated by blanks; absent without one. */
  readonly scope?: string;
  readonly jti: string;
  /** Seconds since 1970, as all times of a JWT. */
  readonly iat: number;
  readonly exp: number;
  /** Names the token with which the JWT was obtained: a rotation without an overlap ends both. */
  readonly token_mark: string;
}

/** Whether a payload with a good signature carries every claim that is relied on. */
export function isMachineClaims(payload: unknown): payload is MachineClaims {
  const { iss, sub, client_id, scope, jti, iat, exp, token_mark } = (payload ?? {}) as Partial<
    Record<keyof MachineClaims, unknown>
  >;
  return (
    [iss, sub, client_id, jti, token_mark].every((claim) => typeof claim === 'string') &&
    [iat, exp].every((time) => Number.isSafeInteger(time)) &&
    (scope === undefined || typeof scope === 'string')
  );
}
