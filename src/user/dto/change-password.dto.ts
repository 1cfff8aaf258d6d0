import { IsLoginPart, IsNewPassword } from '../../http/field-rules.js';

/** A password and the one to put in its place. */
export class ChangePasswordDto {
  /**
   * User's username
   * @example john.doe
   */
  @IsLoginPart()
  username: string;

  /**
   * User's password, which may have expired, or be the one-time password of an administrator
   * @example SecurePass123!
   */
  @IsLoginPart()
  password: string;

  /**
   * The new password: 8 characters or more (`PASSWORD_MIN_LENGTH`), none that is tried first, and not the user's name.
   * @example "a quieter place to read"
   */
  @IsNewPassword()
  newPassword: string;
}
