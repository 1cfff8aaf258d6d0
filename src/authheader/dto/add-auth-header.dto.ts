import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, Matches } from 'class-validator';
import { IsCidrList } from '../../net/ip-ranges.js';
import { IsDateTime, IsName, MayBeAbsent } from '../../http/field-rules.js';
import { otherwise } from '../../languages/message.js';

/** RFC 6749, section 3.3. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/;

/** The auth header to make. */
export class AddAuthHeaderDto {
  /**
   * Name for the auth header
   * @example production-api-key
   */
  @IsName(100)
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
  @ApiProperty({ type: 'array', items: { type: 'string', pattern: SCOPE_TOKEN.source } })
  @ArrayMaxSize(50, otherwise('must_hold_at_most_scopes', { max: 50 }))
  @ArrayUnique(otherwise('must_not_hold_a_scope_twice'))
  @Matches(SCOPE_TOKEN, { ...otherwise('must_be_scopes'), each: true })
  @IsArray(otherwise('must_be_an_array_of_strings'))
  scopes?: string[];

  /**
   * The addresses and networks (CIDR) it may be used from; without any, it may be from everywhere.
   * @example ["10.0.0.0/8"]
   */
  @MayBeAbsent()
  @ArrayMaxSize(50, otherwise('must_hold_at_most_networks', { max: 50 }))
  @IsCidrList(otherwise('must_be_networks'))
  allowedIps?: string[];
}
