import { IsString } from 'class-validator';
import { messageKey } from '../../i18n/message.js';

/** A change of a password. */
export class ChangePasswordDto {
  /**
   * User's username
   * @example john.doe
   */
  @IsString(messageKey('must_be_a_string'))
  username: string;

  /**
   * User's current password, which may have expired or be a one-time password from an administrator
   * @example SecurePass123!
   */
  @IsString(messageKey('must_be_a_string'))
  password: string;

  /**
   * The new password: 8 characters or more (`PASSWORD_MIN_LENGTH`), not a commonly used one, and not the user's name.
   * @example "a quieter place to read"
   */
  @IsString(messageKey('must_be_a_string'))
  newPassword: string;
}
