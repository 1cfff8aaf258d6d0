import { IsBoolean } from 'class-validator';
import { IsLoginField, IsNewPassword, IsOmittable } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';

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
   * The new password: 8 characters or more (`PASSWORD_MIN_LENGTH`), not a commonly used one, not one character
   * repeated, and not the user's name.
   * @example "a quieter place to read"
   */
  @IsNewPassword()
  newPassword: string;

  /**
   * Whether all auth headers of the user are deleted too; `false` by default. Use it if somebody else knew the password: they
   * may have created auth headers, which a new password does not end.
   * @example true
   */
  @IsOmittable()
  @IsBoolean(messageKey('must_be_true_or_false'))
  endAuthHeaders?: boolean;
}
