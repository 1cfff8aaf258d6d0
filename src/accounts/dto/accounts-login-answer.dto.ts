export class AccountsSuccessDto {
  /**
   * The success message, in the language of the locale.
   * @example "Login sucessfully."
   */
  success: string;
}

/** A successful login. The JWT is in the `Authorization` header of the response. */
export class AccountsLoginAnswerDto {
  status: AccountsSuccessDto;
}
