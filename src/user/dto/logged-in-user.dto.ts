import { ApiSchema } from '@nestjs/swagger';
import { UserDto } from './user.dto.js';

@ApiSchema({ name: 'LoggedInUser', description: 'The user and the JWT of a login.' })
export class LoggedInUserDto extends UserDto {
  /**
   * JWT token for authentication
   * @example eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl
   */
  Token: string;

  /** The replacement of the recovery code that completed the login. It is shown once. */
  recoveryCode?: string;
}
