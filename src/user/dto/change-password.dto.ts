import { IsString } from 'class-validator';
import { otherwise } from '../../i18n/message.js';

/** A password and the one to put in its place. */
export class ChangePasswordDto {
  /**
   * User's username
   * @example john.doe
   */
  @IsString(otherwise('must_be_a_string'))
  username: string;

  /**
   * User's password, which may have expired, or be the one-time password of an administrator
   * @example SecurePass123!
   */
  @IsString(otherwise('must_be_a_string'))
  password: string;

  /**
   * The new password: 8 characters or more (`PASSWORD_MIN_LENGTH`), none that is tried first, and not the user's name.
   * @example "a quieter place to read"
   */
  @IsString(otherwise('must_be_a_string'))
  newPassword: string;
}
