import { IsLoginField, IsNewPassword } from '../../http/field-rules.js';

/** A change of a password. */
export class ChangePasswordDto {
  /**
   * User's username
   * @example john.doe
   */
  @IsLoginField()
  username: string;

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
