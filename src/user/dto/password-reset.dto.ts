import { ApiSchema } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { SuccessDto } from '../../http/dto/success.dto.js';
import { IsLoginField, IsNewPassword, IsOmittable, IsOtp } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';

@ApiSchema({ name: 'ForgotPasswordRequest', description: 'The user who has forgotten the password.' })
export class ForgotPasswordDto {
  /**
   * The user's e-mail address
   * @example john.doe@example.com
   */
  @IsLoginField()
  email: string;
}

@ApiSchema({ name: 'MailLinkRequest', description: 'The token of a mail.' })
export class MailLinkDto {
  /**
   * The token, which is the end of the link in the mail. It is good once.
   * @example Zm9yIGV4YW1wbGUgb25seTogbm90IGEgcmVhbCB0b2s
   */
  @IsLoginField()
  token: string;
}

@ApiSchema({ name: 'ResetForgottenPasswordRequest', description: 'A new password, by the token of a mail.' })
export class ResetForgottenPasswordDto extends MailLinkDto {
  /**
   * The new password, by the rules of `POST /user/password`.
   * @example "a quieter place to read"
   */
  @IsNewPassword()
  newPassword: string;

  /**
   * A code of the second factor, or a recovery code. Required of a user who has a factor; others leave it out.
   * @example "492039"
   */
  @IsOmittable()
  @IsOtp()
  otp?: string;

  /**
   * Whether all auth headers of the user are deleted too; `false` by default. Use it if somebody else knew the password.
   * @example true
   */
  @IsOmittable()
  @IsBoolean(messageKey('must_be_true_or_false'))
  endAuthHeaders?: boolean;
}

@ApiSchema({ name: 'ResetForgottenPassword', description: 'A password that was changed.' })
export class ResetForgottenPasswordAnswerDto extends SuccessDto {
  /**
   * The replacement of the recovery code that was used, shown once; absent if none was.
   * @example ABCDEFGHIJKLMNOPQRSTUVWX
   */
  recoveryCode?: string;
}
