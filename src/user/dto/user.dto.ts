/** A user, in the form of both API documents. */
export class UserDto {
  /**
   * The user's id.
   * @example 12345678-1234-1234-1234-123456789abc
   */
  Id: string;

  /**
   * When the user was registered, in UTC.
   * @example 2023-01-15T10:30:42Z
   */
  Created: string;

  /**
   * The username, as registered.
   * @example john.doe
   */
  Username: string;

  /**
   * The e-mail address, as registered.
   * @example john.doe@example.com
   */
  Email: string;

  /**
   * The first name; empty if none was given.
   * @example John
   */
  Firstname: string;

  /**
   * The last name; empty if none was given.
   * @example Doe
   */
  Lastname: string;

  /**
   * When the password must be changed, in UTC; absent if it never expires.
   * @example 2030-06-15T18:30:00Z
   */
  PasswordExpiration?: string;
}
