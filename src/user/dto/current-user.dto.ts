import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { UserDto } from './user.dto.js';

@ApiSchema({ name: 'Credential', description: 'The credential of the request, without its value.' })
export class CredentialDto {
  /**
   * The kind of the credential.
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
   * The name of the auth header; absent for a JWT.
   * @example production-api-key
   */
  Name?: string;

  /**
   * The scopes of the auth header; absent for a JWT.
   * @example ["orders:read"]
   */
  Scopes?: string[];

  /**
   * When the credential expires, in UTC; absent if it never does.
   * @example 2030-01-15T11:30:42Z
   */
  Expires?: string;
}

@ApiSchema({ name: 'CurrentUser', description: 'The current user: the one the credential authenticates.' })
export class CurrentUserDto extends UserDto {
  /**
   * The roles of the user.
   * @example ["admin"]
   */
  Roles: string[];

  Credential: CredentialDto;
}
