import { ApiSchema } from '@nestjs/swagger';
import { RateLimitDto } from './rate-limit.dto.js';

@ApiSchema({ name: 'AddedAuthHeader', description: 'A new auth header.' })
export class AddedAuthHeaderDto {
  /**
   * Auth header ID
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  id: string;

  /**
   * Auth header name
   * @example production-api-key
   */
  name: string;

  /**
   * Auth header token value; masked (`ep_Ab12…9xYz`) in a list that must not reveal it, or cannot.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  token: string;

  /**
   * Creation timestamp, in UTC
   * @example 2023-01-15T10:30:42Z
   */
  created: string;

  /**
   * The expiry, in UTC; absent if the auth header never expires.
   * @example 2030-01-15T10:30:42Z
   */
  expires?: string;

  /**
   * The scopes of the auth header.
   * @example ["orders:read"]
   */
  scopes: string[];

  /**
   * The addresses and networks the auth header may be used from; absent if any address is allowed.
   * @example ["10.0.0.0/8"]
   */
  allowedIps?: string[];

  /** The rate limit; absent if any number of requests is allowed. */
  rateLimit?: RateLimitDto;
}

@ApiSchema({
  name: 'RotatedAuthHeader',
  description: 'An auth header that may have a second valid token: the one before its last rotation.',
})
export class RotatedAuthHeaderDto extends AddedAuthHeaderDto {
  /**
   * Until when the token before the last rotation stays valid, in UTC; absent if that token is refused.
   * @example 2030-01-17T08:00:00Z
   */
  previousTokenExpires?: string;

  /**
   * The masked form of that token, by which it can be deleted; absent like `previousTokenExpires`, and for a token that was
   * rotated by an older version of the server.
   * @example ep_Cd34…8wVu
   */
  previousToken?: string;
}

@ApiSchema({ name: 'AuthHeader', description: 'An auth header in a list.' })
export class AuthHeaderDto extends RotatedAuthHeaderDto {
  /**
   * When the auth header was last used, in UTC; absent if never.
   * @example 2023-01-16T08:00:00Z
   */
  lastUsed?: string;
}
