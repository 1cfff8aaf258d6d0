import { ApiHideProperty, ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { messageKey } from '../../i18n/message.js';
import { AlsoAccepts } from '../../http/other-names.js';
import type { AuthHeaderDto } from './auth-header.dto.js';
import { IsClearable, IsDateTime, IsName, IsOmittable } from '../../http/field-rules.js';
import { AuthHeaderReferenceDto } from './auth-header-reference.dto.js';
import { IsNetworks, IsRateLimit, IsScopes } from './auth-header-field-rules.js';
import { NULLABLE_RATE_LIMIT, RateLimitDto } from './rate-limit.dto.js';

/** What the server decides, and may have decided otherwise since the list told it. */
const IGNORED = {
  lastUsed: undefined,
  previousToken: undefined,
  previousTokenExpires: undefined,
} satisfies Partial<Record<keyof AuthHeaderDto, undefined>>;

@AlsoAccepts(IGNORED)
@ApiSchema({
  name: 'UpdateAuthHeaderRequest',
  description: 'The changes to an auth header: at least one. Omitted fields stay unchanged, and so does the token.',
})
export class UpdateAuthHeaderDto extends AuthHeaderReferenceDto {
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

  /** As it is, or as a list shows it: a rotation changes it. */
  @ApiHideProperty()
  @IsOmittable()
  @IsString(messageKey('must_be_a_string'))
  token?: string;

  /** As it is: it never changes. */
  @ApiHideProperty()
  @IsOmittable()
  @IsDateTime()
  created?: string;
}
