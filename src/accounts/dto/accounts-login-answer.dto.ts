export class AccountsSuccessDto {
  /**
   * That it worked, in the language of the locale.
   * @example "Login sucessfully."
   */
  success: string;
}

/** A login that worked; its JWT is in the `Authorization` header of the answer. */
export class AccountsLoginAnswerDto {
  status: AccountsSuccessDto;
}
