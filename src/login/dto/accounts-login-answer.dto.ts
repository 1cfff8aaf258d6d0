import { ApiSchema } from '@nestjs/swagger';
@ApiSchema({ name: 'AccountsLoginStatus', description: 'The success message of a login.' })
export class AccountsSuccessDto {
  /**
   * The success message, in the language of the locale.
   * @example "Login sucessfully."
   */
  success: string;
}

@ApiSchema({
  name: 'AccountsLoginResponse',
  description: 'A successful login. The JWT is in the `Authorization` header of the response.',
})
export class AccountsLoginAnswerDto {
  status: AccountsSuccessDto;

  /** The replacement of the recovery code that completed the login. It is shown once. */
  recoveryCode?: string;
}
