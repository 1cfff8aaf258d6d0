import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { SecondFactorStep } from '../../errors/api-error.js';
import { MAX_COMPLAINTS } from '../../errors/invalid-fields.js';
import { OAUTH_ERROR_CODES, type OAuthErrorCode, type ProblemCode, PROBLEMS } from '../../errors/problems.js';

/** One schema for all errors, so that a generated client has one type of it. */
const ERROR_CODE = {
  enum: Object.keys(PROBLEMS),
  enumName: 'ErrorCode',
  enumSchema: { description: 'The stable code of an error. A later version may add codes.' },
  example: 'incorrect_credentials',
};

@ApiSchema({ name: 'FieldError', description: 'A validation error of one field.' })
export class FieldErrorDto {
  /**
   * The field's path in the request.
   * @example account.email
   */
  field: string;

  /**
   * The violated rule.
   * @example "must be a string"
   */
  message: string;
}

@ApiSchema({ name: 'SecondFactorStep', description: 'How a login goes on whose password was right.' })
export class SecondFactorStepDto implements SecondFactorStep {
  /**
   * The token for `POST /user/login/second-factor`, from the same network. It is no credential.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  token: string;

  /**
   * How long the token is valid, in seconds.
   * @example 300
   */
  expiresIn: number;

  /**
   * The ways to prove a second factor: `totp`, `passkey` and `recovery-code`; or the ones that can be set up.
   * @example ["totp", "recovery-code"]
   */
  methods: string[];
}

@ApiSchema({ name: 'ErrorBody', description: 'The error format of every route except the accounts login.' })
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
   * The message for people.
   * @example "Incorrect credentials"
   */
  message: string;

  /** The stable error code, for programs. */
  @ApiProperty(ERROR_CODE)
  code: ProblemCode;

  /**
   * Where the cause and the remedy are described. Begins with a slash, and is relative to the host of the server, unless the
   * operator has set `PUBLIC_URL`.
   * @example "/docs#error-incorrect_credentials"
   */
  docs: string;

  /** The invalid fields, if there are any; at most ten are named. */
  @ApiProperty({ maxItems: MAX_COMPLAINTS })
  details?: FieldErrorDto[];

  /** Of `second_factor_required` and `second_factor_setup_required` at a login. */
  secondFactor?: SecondFactorStepDto;
}

@ApiSchema({ name: 'AccountsErrorStatus', description: 'The message of an error of the accounts login.' })
export class AccountsErrorStatus {
  /**
   * The message for people, in the language of the locale.
   * @example "Invalid email or password."
   */
  error: string;
}

@ApiSchema({ name: 'AccountsErrorBody', description: 'The error format of the accounts login.' })
export class AccountsErrorBody {
  status: AccountsErrorStatus;

  /** The stable error code, for programs. */
  @ApiProperty(ERROR_CODE)
  code: ProblemCode;

  /** The invalid fields, if there are any; at most ten are named. */
  @ApiProperty({ maxItems: MAX_COMPLAINTS })
  details?: FieldErrorDto[];

  /** Of `second_factor_required` and `second_factor_setup_required` at a login. */
  secondFactor?: SecondFactorStepDto;
}

@ApiSchema({ name: 'OAuthErrorBody', description: 'The error format of the OAuth routes (RFC 6749, section 5.2).' })
export class OAuthErrorBody {
  /** The error code. */
  @ApiProperty({ enum: OAUTH_ERROR_CODES, example: 'invalid_client' })
  error: OAuthErrorCode;

  /**
   * The message for developers, in English: the RFC permits ASCII only.
   * @example "The credential is not valid."
   */
  error_description: string;
}
