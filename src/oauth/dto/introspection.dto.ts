import { ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'IntrospectedRateLimit', description: 'The rate limit of a token.' })
export class IntrospectedRateLimitDto {
  /**
   * The maximum number of requests in a window.
   * @example 1000
   */
  limit: number;

  /**
   * The length of a window in seconds.
   * @example 60
   */
  window_seconds: number;
}

@ApiSchema({
  name: 'Introspection',
  description:
    'What a token is (RFC 7662, section 2.2). Of a token that is not valid, `active` is false, and nothing else is there.',
})
export class IntrospectionDto {
  /**
   * Whether the token is valid for a request from the client's address.
   * @example true
   */
  active: boolean;

  /** How the token is presented. */
  @ApiProperty({ enum: ['Bearer'] })
  token_type?: string;

  /**
   * The kind of the credential. Decide by it whether scopes limit a request: a `jwt` has the rights of its user. The JWT of a
   * machine login is an `auth-header` too.
   */
  @ApiProperty({ enum: ['jwt', 'auth-header'], example: 'auth-header' })
  credential_kind?: 'jwt' | 'auth-header';

  /**
   * The id of the credential: the `jti` of the JWT of a login, or the id of the auth header.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  credential_id?: string;

  /**
   * The user's id.
   * @example 12345678-1234-1234-1234-123456789abc
   */
  sub?: string;

  /**
   * The user's username.
   * @example john.doe
   */
  username?: string;

  /**
   * The user's roles.
   * @example ["admin"]
   */
  roles?: string[];

  /**
   * The scopes of an auth header, separated by blanks; absent if it has none, and for the JWT of a login.
   * @example orders:read
   */
  scope?: string;

  /**
   * The id of the auth header, also for the JWT that a machine login got with it; absent for the JWT of a login.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  client_id?: string;

  /**
   * The name of the auth header.
   * @example production-api-key
   */
  name?: string;

  /**
   * The issuer.
   * @example elastic-personas
   */
  iss?: string;

  /**
   * The audience.
   * @example elastic-personas
   */
  aud?: string;

  /**
   * When the token expires, in seconds since 1970; absent for an auth header without an expiry.
   * @example 1893456000
   */
  exp?: number;

  /**
   * When the token was issued, in seconds since 1970; for JWTs only.
   * @example 1893452400
   */
  iat?: number;

  /**
   * The id of a JWT.
   * @example 0f8fad5b-d9cb-469f-a165-70867728950e
   */
  jti?: string;

  /**
   * The session of the JWT of a login.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  sid?: string;

  /**
   * When the user logged in, in seconds since 1970, of the JWT of a login. A renewal does not change it.
   * @example 1893452400
   */
  auth_time?: number;

  /** How strongly the login was proved: `aal2` with two different factors. Of the JWT of a login. */
  @ApiProperty({ enum: ['aal1', 'aal2'], example: 'aal2' })
  acr?: 'aal1' | 'aal2';

  /**
   * How the user logged in, of the JWT of a login (RFC 8176): `pwd`, `otp`, `hwk` or `swk` for a passkey, `user`, `mfa`.
   * @example ["pwd","otp","mfa"]
   */
  amr?: string[];

  /** The rate limit of the auth header, if it has one. Each question counts as a request, so ask for every request and keep no answer. */
  rate_limit?: IntrospectedRateLimitDto;

  /**
   * Whether the token may be used from certain addresses only; absent if it may be used from any. An answer holds for the address
   * from which the question came.
   * @example true
   */
  @ApiProperty({ enum: [true] })
  address_bound?: true;
}
