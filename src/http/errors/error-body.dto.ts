import { ApiProperty } from '@nestjs/swagger';
import { MAX_COMPLAINTS } from '../../errors/invalid-fields.js';

/** What is wrong with one field. */
export class FieldErrorDto {
  /**
   * The field's path in the request.
   * @example account.email
   */
  field: string;

  /**
   * What is wrong with it.
   * @example "must be a string"
   */
  message: string;
}

/** Every error, on every route but the accounts door's. */
export class ErrorBody {
  /**
   * The HTTP status.
   * @example 401
   */
  statusCode: number;

  /**
   * The HTTP status in words.
   * @example Unauthorized
   */
  error: string;

  /**
   * What went wrong, for a person.
   * @example "Incorrect credentials"
   */
  message: string;

  /**
   * What went wrong, for a program; it never changes.
   * @example incorrect_credentials
   */
  code: string;

  /** Which fields are wrong, where fields are: ten of them at most. */
  @ApiProperty({ maxItems: MAX_COMPLAINTS })
  details?: FieldErrorDto[];
}

export class AccountsErrorStatus {
  /**
   * What went wrong, for a person, in the language of the locale.
   * @example "Invalid email or password."
   */
  error: string;
}

/** Every error of the accounts door. */
export class AccountsErrorBody {
  status: AccountsErrorStatus;

  /**
   * What went wrong, for a program; it never changes.
   * @example incorrect_credentials
   */
  code: string;

  /** Which fields are wrong, where fields are: ten of them at most. */
  @ApiProperty({ maxItems: MAX_COMPLAINTS })
  details?: FieldErrorDto[];
}
