import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { IsLoginPart } from '../../http/field-rules.js';
import { otherwise } from '../../i18n/message.js';

/** Whose account it is. */
export class AccountDto {
  /**
   * client email.
   * @example john.doe@example.com
   */
  @IsLoginPart()
  email: string;

  /**
   * client password
   * @example SecurePass123!
   */
  @IsLoginPart()
  password: string;
}

/** A login at the door by e-mail address. */
export class AccountsLoginDto {
  @IsObject(otherwise('must_be_an_object'))
  @ValidateNested(otherwise('must_be_an_object'))
  @Type(() => AccountDto)
  account: AccountDto;
}
