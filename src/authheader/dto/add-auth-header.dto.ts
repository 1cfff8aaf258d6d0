import { ApiSchema } from '@nestjs/swagger';
import { IsDateTime, IsName, IsOmittable } from '../../http/field-rules.js';
import { IsNetworks, IsRateLimit, IsScopes } from './auth-header-field-rules.js';
import { OwnerDto } from './owner.dto.js';
import { RateLimitDto } from './rate-limit.dto.js';

@ApiSchema({ name: 'AddAuthHeaderRequest', description: 'The auth header to create.' })
export class AddAuthHeaderDto extends OwnerDto {
  /**
   * Name for the auth header
   * @example production-api-key
   */
  @IsName(100)
  name: string;

  /**
   * The expiry: a time in the future, with a time zone. If omitted, the expiry is that of the auth header that makes the
   * request or follows `AUTHHEADER_MAX_AGE_DAYS`; with neither, the auth header never expires.
   * @example 2030-01-15T10:30:42Z
   */
  @IsOmittable()
  @IsDateTime()
  expires?: string;

  /**
   * The scopes: custom ones, passed on to your services, and the built-in `authheader:manage` and `admin`. The `admin` scope
   * is as powerful as an administrator's login: `expires` and `allowedIps` do not limit the users and passwords that it
   * creates.
   * @example ["orders:read"]
   */
  @IsOmittable()
  @IsScopes()
  scopes?: string[];

  /**
   * The addresses and networks (CIDR) the auth header may be used from. If omitted, they are those of the auth header that
   * makes the request; with a JWT, any address is allowed.
   * @example ["10.0.0.0/8"]
   */
  @IsOmittable()
  @IsNetworks()
  allowedIps?: string[];

  /** The rate limit; if omitted, any number of requests is allowed. */
  @IsOmittable()
  @IsRateLimit()
  rateLimit?: RateLimitDto;
}
