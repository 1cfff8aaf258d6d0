import { ApiSchema } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { FACTOR_KINDS, type FactorKind } from '../../database/entities/factor.entity.js';
import { IsChallengeToken, IsOneOfBoth, IsOtp } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';
import { AccountsLoginAnswerDto } from '../../login/dto/accounts-login-answer.dto.js';
import { IsPasskey, PASSKEY_PROOF } from './passkey.dto.js';
import { LoggedInUserDto } from './logged-in-user.dto.js';

@ApiSchema({ name: 'SecondFactorRequest', description: 'The second step of a login.' })
export class SecondFactorDto {
  /**
   * The token of `secondFactor`.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  @IsChallengeToken()
  token: string;

  /**
   * The code of an authenticator app, or a recovery code. Required unless `passkey` is given.
   * @example "492039"
   */
  @IsOtp()
  @IsOneOfBoth('passkey')
  otp?: string;

  /** What the browser has answered to the options of `POST /user/login/passkey/options`. Required unless `otp` is given. */
  @IsPasskey(PASSKEY_PROOF)
  @IsOneOfBoth('otp')
  passkey?: object;
}

@ApiSchema({ name: 'SetUpSecondFactorRequest', description: 'The second factor to set up in the middle of a login.' })
export class SetUpSecondFactorDto {
  /**
   * The token of `secondFactor`.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  @IsChallengeToken()
  token: string;

  /**
   * One of the `methods` of `secondFactor`.
   * @example totp
   */
  @IsIn(FACTOR_KINDS, messageKey('must_be_one_of', { words: FACTOR_KINDS.join(', ') }))
  method: FactorKind;
}

@ApiSchema({ name: 'TotpEnrolment', description: 'What an authenticator app needs. It is shown once.' })
export class TotpEnrolmentDto {
  /**
   * The token to send with the first code.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  token: string;

  /**
   * The secret, in base32, to type into an app.
   * @example JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
   */
  secret: string;

  /**
   * The same for an app that opens links.
   * @example "otpauth://totp/Elastic%20Personas:john.doe?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Elastic%20Personas&algorithm=SHA1&digits=6&period=30"
   */
  uri: string;

  /**
   * The same as a QR code: an SVG image.
   * @example "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 53 53\"></svg>"
   */
  qr: string;
}

@ApiSchema({ name: 'SecondFactorLogin', description: 'The user and the JWT of a login with a second factor.' })
export class SecondFactorLoginDto extends LoggedInUserDto {
  /** The recovery codes, if the login has set up the second factor. They are shown once. */
  recoveryCodes?: string[];
}

@ApiSchema({
  name: 'AccountsSecondFactorLogin',
  description:
    'The second step of a login by e-mail address. The JWT is in the `Authorization` header of the response.',
})
export class AccountsSecondFactorLoginDto extends AccountsLoginAnswerDto {
  /** The recovery codes, if the login has set up the second factor. They are shown once. */
  recoveryCodes?: string[];
}
