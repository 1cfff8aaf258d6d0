import { ArrayMaxSize, ArrayUnique, IsArray, Matches } from 'class-validator';
import { IsCidrList } from '../../http/cidr-list.js';
import { IsDateTime, IsLine, MayBeAbsent } from '../../http/field-rules.js';

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
  @MayBeAbsent()
  @IsDateTime()
  expires?: string;

  /**
   * What it may be used for: your own words, passed on to your services, and `authheader:manage` and `admin`, which are
   * ours.
   * @example ["orders:read"]
   */
  @MayBeAbsent()
  @ArrayMaxSize(50, { message: 'must hold at most 50 scopes' })
  @ArrayUnique({ message: 'must not hold a scope twice' })
  @Matches(SCOPE_TOKEN, {
    each: true,
    message: 'must be words of 1 to 64 printable ASCII characters, without blanks, quotes or backslashes',
  })
  @IsArray({ message: 'must be an array of strings' })
  scopes?: string[];

  /**
   * The addresses and networks (CIDR) it may be used from; without any, it may be from everywhere.
   * @example ["10.0.0.0/8"]
   */
  @MayBeAbsent()
  @ArrayMaxSize(50, { message: 'must hold at most 50 networks' })
  @IsCidrList({ message: 'must be an array of addresses or networks such as 10.0.0.0/8' })
  allowedIps?: string[];
}
