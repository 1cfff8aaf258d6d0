import { UserDto } from './user.dto.js';

/** The user and the JWT of a login. */
export class LoggedInUserDto extends UserDto {
  /**
   * JWT token for authentication
   * @example eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl
   */
  Token: string;
}
