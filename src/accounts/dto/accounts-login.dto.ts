import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { IsLoginField } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';

/** Whose account it is. */
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

/** A login at the door by e-mail address. */
export class AccountsLoginDto {
  @IsObject(messageKey('must_be_an_object'))
  @ValidateNested(messageKey('must_be_an_object'))
  @Type(() => AccountDto)
  account: AccountDto;
}
