import { ApiSchema } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { IsLoginField, IsOmittable, IsOtp } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';

@ApiSchema({ name: 'AccountCredentials', description: 'The e-mail address and password of an account.' })
export class AccountDto {
  /**
   * client email.
   * @example john.doe@example.com
   */
  @IsLoginField()
  email: string;

  /**
   * client password
   * @example SecurePass123!
   */
  @IsLoginField()
  password: string;
}

@ApiSchema({ name: 'AccountsLoginRequest', description: 'A login by e-mail address.' })
export class AccountsLoginDto {
  @IsObject(messageKey('must_be_an_object'))
  @ValidateNested(messageKey('must_be_an_object'))
  @Type(() => AccountDto)
  account: AccountDto;

  /**
   * The code of the second factor, or a recovery code, of a user who has one. It is not looked at for other users.
   * @example "492039"
   */
  @IsOmittable()
  @IsOtp()
  otp?: string;
}
