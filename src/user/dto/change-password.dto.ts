import { IsLoginField, IsNewPassword, IsOneOfBoth } from '../../http/field-rules.js';
import type { GivenName } from '../../login/login.service.js';

/** A change of a password. */
export class ChangePasswordDto {
  /**
   * User's username. Required unless `email` is given; only one of both is accepted
   * @example john.doe
   */
  @IsLoginField()
  @IsOneOfBoth('email')
  username?: string;

  /**
   * User's e-mail address, in place of the username
   * @example john.doe@example.com
   */
  @IsLoginField()
  @IsOneOfBoth('username')
  email?: string;

  /**
   * User's current password, which may have expired or be a one-time password from an administrator
   * @example SecurePass123!
   */
  @IsLoginField()
  password: string;

  /**
   * The new password: 8 characters or more (`PASSWORD_MIN_LENGTH`), not a commonly used one, and not the user's name.
   * @example "a quieter place to read"
   */
  @IsNewPassword()
  newPassword: string;
}

/** The name in a valid body. */
export function nameIn({ username, email = '' }: Pick<ChangePasswordDto, 'username' | 'email'>): GivenName {
  return username === undefined ? { email } : { username };
}
