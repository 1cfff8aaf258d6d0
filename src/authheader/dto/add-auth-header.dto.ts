import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsObject, Matches, ValidateNested } from 'class-validator';
import { SCOPE } from '../../auth/right-names.js';
import { IsCidrList } from '../../net/ip-ranges.js';
import { IsDateTime, IsName, IsOmittable } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';
import { RateLimitDto } from './rate-limit.dto.js';

/** The auth header to create. */
export class AddAuthHeaderDto {
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
  @ApiProperty({ type: 'array', items: { type: 'string', pattern: SCOPE.source } })
  @ArrayMaxSize(50, messageKey('must_hold_at_most_scopes', { max: 50 }))
  @ArrayUnique(messageKey('must_not_hold_a_scope_twice'))
  @Matches(SCOPE, { ...messageKey('must_be_scopes'), each: true })
  @IsArray(messageKey('must_be_an_array_of_strings'))
  scopes?: string[];

  /**
   * The addresses and networks (CIDR) the auth header may be used from. If omitted, they are those of the auth header that
   * makes the request; with a JWT, any address is allowed.
   * @example ["10.0.0.0/8"]
   */
  @IsOmittable()
  @ArrayMaxSize(50, messageKey('must_hold_at_most_networks', { max: 50 }))
  @IsCidrList(messageKey('must_be_networks'))
  allowedIps?: string[];

  /** The rate limit; if omitted, any number of requests is allowed. */
  @IsOmittable()
  @IsObject(messageKey('must_be_an_object'))
  @ValidateNested(messageKey('must_be_an_object'))
  @Type(() => RateLimitDto)
  rateLimit?: RateLimitDto;
}
