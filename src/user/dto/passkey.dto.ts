import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { IsObject } from 'class-validator';
import { IsOmittable, IsSingleLine } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';

const MAX_TOKEN_LENGTH = 100;

/** A WebAuthn object, whose members the standard names: clients hand it on to their browser, or back from it, as it is. */
const asWebAuthn = (example: object) => ({ type: 'object', additionalProperties: true, example }) as const;

const RESPONSE_ENVELOPE = { id: 'VjbRJ3dQ1Ys6P0b9r8N2xw', rawId: 'VjbRJ3dQ1Ys6P0b9r8N2xw', type: 'public-key' };

@ApiSchema({ name: 'PasskeyEnrolment', description: 'What a browser needs to make a passkey.' })
export class PasskeyEnrolmentDto {
  /**
   * The token for `POST /user/factors/passkey/confirm`, good for five minutes. It is no credential.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  token: string;

  /** For `PublicKeyCredential.parseCreationOptionsFromJSON` and `navigator.credentials.create`. */
  @ApiProperty(
    asWebAuthn({
      challenge: 'q8nB3Xw0pZ5mK7tY2cVhRj9sLdGfEaUo6iNbQxTzWk4',
      rp: { id: 'login.example.com', name: 'login.example.com' },
      user: { id: 'kT8mX2vQ5nZ0pW7rY4bJ9sLcGdFhEaUo6iNtQxRzKw3', name: 'john.doe', displayName: 'john.doe' },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    }),
  )
  options: PublicKeyCredentialCreationOptionsJSON;
}

@ApiSchema({ name: 'ConfirmPasskeyRequest', description: 'The end of the enrolment of a passkey.' })
export class ConfirmPasskeyDto {
  /**
   * The token of the enrolment.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  @IsSingleLine(1, MAX_TOKEN_LENGTH)
  token: string;

  /** What the browser has made: the `toJSON()` of its `PublicKeyCredential`. Members that the check does not need are ignored. */
  @ApiProperty(
    asWebAuthn({
      ...RESPONSE_ENVELOPE,
      response: { clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0', attestationObject: 'o2NmbXRkbm9uZQ' },
    }),
  )
  @IsObject(messageKey('must_be_an_object'))
  passkey: object;
}

@ApiSchema({ name: 'PasskeyLoginOptionsRequest', description: 'Which login the passkey is for.' })
export class PasskeyOptionsDto {
  /**
   * The token of `secondFactor`, if the passkey is the second factor of a login whose password was right. Without it, the
   * passkey takes the place of the password.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  @IsOmittable()
  @IsSingleLine(1, MAX_TOKEN_LENGTH)
  token?: string;
}

@ApiSchema({ name: 'PasskeyLoginOptions', description: 'What a browser needs to use a passkey.' })
export class PasskeyLoginOptionsDto {
  /**
   * The token for the next request, good for five minutes: that of `secondFactor`, or a new one for `POST /user/login/passkey`.
   * It is no credential.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  token: string;

  /** For `PublicKeyCredential.parseRequestOptionsFromJSON` and `navigator.credentials.get`. */
  @ApiProperty(
    asWebAuthn({
      challenge: 'q8nB3Xw0pZ5mK7tY2cVhRj9sLdGfEaUo6iNbQxTzWk4',
      rpId: 'login.example.com',
      userVerification: 'required',
      allowCredentials: [],
    }),
  )
  options: PublicKeyCredentialRequestOptionsJSON;
}

@ApiSchema({ name: 'PasskeyLoginRequest', description: 'A login by a passkey, without a password.' })
export class PasskeyLoginDto {
  /**
   * The token of `POST /user/login/passkey/options`.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  @IsSingleLine(1, MAX_TOKEN_LENGTH)
  token: string;

  /** What the browser has answered: the `toJSON()` of its `PublicKeyCredential`. Members that the check does not need are ignored. */
  @ApiProperty(
    asWebAuthn({
      ...RESPONSE_ENVELOPE,
      response: {
        clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0',
        authenticatorData: 'SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAA',
        signature: 'MEUCIQDhX0Yq',
        userHandle: 'kT8mX2vQ5nZ0pW7rY4bJ9sLcGdFhEaUo6iNtQxRzKw3',
      },
    }),
  )
  @IsObject(messageKey('must_be_an_object'))
  passkey: object;
}
