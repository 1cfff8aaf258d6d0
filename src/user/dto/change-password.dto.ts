import { ApiSchema } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsLoginField, IsNewPassword, IsOmittable, IsOneOfBoth, IsOtp } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';
import type { GivenName } from '../../login/claimed-identity.js';

@ApiSchema({ name: 'ChangePasswordRequest', description: 'A change of a password.' })
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

  /**
   * The code of the second factor, or a recovery code, of a user who has one.
   * @example "492039"
   */
  @IsOmittable()
  @IsOtp()
  otp?: string;
}

/** The name in a valid body. */
export function nameIn({ username, email = '' }: Pick<ChangePasswordDto, 'username' | 'email'>): GivenName {
  return username === undefined ? { email } : { username };
}
