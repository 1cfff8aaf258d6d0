import { ApiProperty } from '@nestjs/swagger';
import { IsClearable, IsDateTime, IsName, IsOmittable, IsSingleLine } from '../../http/field-rules.js';
import { IsNetworks, IsRateLimit, IsScopes } from './auth-header-field-rules.js';
import { OwnerDto } from './owner.dto.js';
import { NULLABLE_RATE_LIMIT, RateLimitDto } from './rate-limit.dto.js';

/** The changes to an auth header: at least one. Omitted fields stay unchanged, and so does the token. */
export class UpdateAuthHeaderDto extends OwnerDto {
  /**
   * The auth header: its token, its id, or its masked form from the list. A token that was rotated already is refused.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  @IsSingleLine(1, 200)
  text: string;

  /**
   * The new name.
   * @example production-api-key
   */
  @IsOmittable()
  @IsName(100)
  name?: string;

  /**
   * The new expiry: a time in the future, with a time zone. Null removes it; with `AUTHHEADER_MAX_AGE_DAYS`, null sets it to
   * that many days from now.
   * @example 2030-01-15T10:30:42Z
   */
  @IsClearable()
  @ApiProperty({ type: String, nullable: true })
  @IsDateTime()
  expires?: string | null;

  /**
   * The new scopes, which replace the former ones.
   * @example ["orders:read"]
   */
  @IsOmittable()
  @IsScopes()
  scopes?: string[];

  /**
   * The addresses and networks (CIDR) the auth header may be used from, which replace the former ones. An empty array allows
   * any address.
   * @example ["10.0.0.0/8"]
   */
  @IsOmittable()
  @IsNetworks()
  allowedIps?: string[];

  /** The new rate limit; null removes it. */
  @IsClearable()
  @ApiProperty(NULLABLE_RATE_LIMIT)
  @IsRateLimit()
  rateLimit?: RateLimitDto | null;
}
