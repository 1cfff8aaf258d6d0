import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString } from 'class-validator';
import { IsOmittable } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';
import { ClientFormDto } from './client-form.dto.js';

export const GRANT_TYPE = 'client_credentials';

/** The request of a machine login (RFC 6749, section 4.4.2). */
export class GrantFormDto extends ClientFormDto {
  /** The grant type. */
  @ApiProperty({ enum: [GRANT_TYPE] })
  @IsNotEmpty(messageKey('is_missing'))
  @IsString(messageKey('is_missing'))
  grant_type: string;

  /**
   * The scopes, separated by blanks, each of which the auth header must have; if omitted, all of them.
   * @example orders:read
   */
  @IsOmittable()
  @IsString(messageKey('must_be_a_string'))
  scope?: string;
}

/** The response to a machine login (RFC 6749, section 5.1). */
export class AccessTokenDto {
  /**
   * The JWT (RFC 9068).
   * @example eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIxMjM0NTY3OC0xMjM0LTEyMzQtMTIzNC0xMjM0NTY3ODlhYmMifQ.c2lnbmF0dXJl
   */
  access_token: string;

  /** How the JWT is presented. */
  @ApiProperty({ enum: ['Bearer'] })
  token_type: string;

  /**
   * How many seconds the JWT is valid: at most ten minutes.
   * @example 600
   */
  expires_in: number;

  /**
   * The scopes of the JWT, separated by blanks; absent if it has none.
   * @example orders:read
   */
  scope?: string;
}
