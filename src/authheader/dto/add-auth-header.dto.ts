import { ArrayMaxSize, ArrayUnique, IsArray, IsISO8601, IsOptional, Matches } from 'class-validator';
import { IsLine } from '../../http/field-rules.js';

/** RFC 6749, section 3.3. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/;

/** The auth header to make. */
export class AddAuthHeaderDto {
  /**
   * Name for the auth header
   * @example production-api-key
   */
  @IsLine(1, 100)
  name: string;

  /**
   * When it ends; without it, it never does. In the future, with its zone.
   * @example 2030-01-15T10:30:42Z
   */
  @IsOptional()
  @Matches(/T.*(?:Z|[+-]\d\d:\d\d)$/, { message: 'must be a date-time with its zone, such as 2030-01-15T10:30:42Z' })
  @IsISO8601({ strict: true }, { message: 'must be a date-time with its zone, such as 2030-01-15T10:30:42Z' })
  expires?: string;

  /**
   * What it may be used for: your own words, passed on to your services, and `authheader:manage` and `admin`, which are
   * ours.
   * @example ["orders:read"]
   */
  @IsOptional()
  @IsArray({ message: 'must be an array of strings' })
  @ArrayMaxSize(50, { message: 'must hold at most 50 scopes' })
  @ArrayUnique({ message: 'must not hold a scope twice' })
  @Matches(SCOPE_TOKEN, {
    each: true,
    message: 'must be words of 1 to 64 printable ASCII characters, without blanks, quotes or backslashes',
  })
  scopes?: string[];
}
