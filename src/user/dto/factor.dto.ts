import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { FACTOR_KINDS, type FactorKind } from '../../database/entities/factor.entity.js';
import {
  IsChallengeToken,
  IsId,
  IsIdOrUsername,
  IsName,
  IsOmittable,
  IsOtp,
  IsRequiredWithout,
} from '../../http/field-rules.js';

const NAME_MAX_LENGTH = 100;

@ApiSchema({ name: 'Factor', description: 'A second factor.' })
export class FactorDto {
  /**
   * The factor's id.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  id: string;

  /** `totp` is an authenticator app, `passkey` a passkey or a security key. */
  @ApiProperty({ enum: FACTOR_KINDS, example: 'totp' })
  kind: FactorKind;

  /**
   * As the user calls it.
   * @example "My phone"
   */
  name: string;

  /**
   * When it was added, in UTC.
   * @example 2030-01-15T10:30:42Z
   */
  created: string;

  /**
   * When it last completed a login, in UTC; absent before the first time.
   * @example 2030-02-14T10:30:42Z
   */
  lastUsed?: string;

  /** Of a passkey: whether it is synchronised between devices. */
  synchronised?: boolean;
}

@ApiSchema({ name: 'AddedFactor', description: 'The factor that was added.' })
export class AddedFactorDto extends FactorDto {
  /**
   * The recovery codes, with the first factor of the user. They are shown once.
   * @example ["4TQXWYB5KDA2M3ZJ7HRNECVL"]
   */
  recoveryCodes?: string[];
}

@ApiSchema({ name: 'RecoveryCodes', description: 'New recovery codes. They are shown once.' })
export class RecoveryCodesDto {
  /**
   * The codes, each of which is good once.
   * @example ["4TQXWYB5KDA2M3ZJ7HRNECVL"]
   */
  recoveryCodes: string[];
}

@ApiSchema({ name: 'EnrolFactorRequest', description: 'The factor to enrol.' })
export class EnrolFactorDto {
  /**
   * How the user calls it.
   * @example "My phone"
   */
  @IsName(NAME_MAX_LENGTH)
  name: string;
}

@ApiSchema({ name: 'ConfirmTotpRequest', description: 'The proof that an authenticator app has the secret.' })
export class ConfirmTotpDto {
  /**
   * The token of the enrolment.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  @IsChallengeToken()
  token: string;

  /**
   * The code that the app shows.
   * @example "492039"
   */
  @IsOtp()
  otp: string;
}

@ApiSchema({ name: 'RenameFactorRequest', description: 'The new name of a factor.' })
export class RenameFactorDto {
  /**
   * The factor's id.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @IsId('must_be_an_id')
  id: string;

  /**
   * How the user calls it.
   * @example "My new phone"
   */
  @IsName(NAME_MAX_LENGTH)
  name: string;
}

@ApiSchema({ name: 'RemoveFactorRequest', description: 'The factor to remove.' })
export class RemoveFactorDto {
  /**
   * The factor's id. An administrator may leave it out, together with `userId`, to remove every factor of the user.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @IsId('must_be_an_id')
  @IsRequiredWithout('userId')
  id?: string;

  /**
   * The id or the username of another user, for administrators.
   * @example john.doe
   */
  @IsOmittable()
  @IsIdOrUsername()
  userId?: string;
}

/** Whose factors are listed. */
export class ListFactorsQueryDto {
  /**
   * The id or the username of another user, for administrators.
   * @example john.doe
   */
  @IsOmittable()
  @IsIdOrUsername()
  userId?: string;
}
