import { ApiProperty } from '@nestjs/swagger';
import { UserDto } from './user.dto.js';

/** The credential a request was made with; never its value. */
export class CredentialDto {
  /**
   * Which kind of credential it is.
   * @example jwt
   */
  @ApiProperty({ enum: ['jwt', 'auth-header'] })
  Kind: 'jwt' | 'auth-header';

  /**
   * The JWT's `jti`, or the auth header's id.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  Id: string;

  /**
   * An auth header's name.
   * @example production-api-key
   */
  Name?: string;

  /**
   * An auth header's scopes.
   * @example ["orders:read"]
   */
  Scopes?: string[];

  /**
   * When it ends, in UTC; absent where it never does.
   * @example 2023-01-15T11:30:42Z
   */
  Expires?: string;
}

/** Who the credential speaks for. */
export class CurrentUserDto extends UserDto {
  /**
   * What the user is, beyond a user.
   * @example ["admin"]
   */
  Roles: string[];

  Credential: CredentialDto;
}
