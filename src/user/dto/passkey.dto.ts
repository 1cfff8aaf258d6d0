import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { IsObject } from 'class-validator';
import { IsChallengeToken, IsOmittable } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';

const ENVELOPE = { id: 'VjbRJ3dQ1Ys6P0b9r8N2xw', rawId: 'VjbRJ3dQ1Ys6P0b9r8N2xw', type: 'public-key' };
const CHALLENGE = 'q8nB3Xw0pZ5mK7tY2cVhRj9sLdGfEaUo6iNbQxTzWk4';
const HANDLE = 'kT8mX2vQ5nZ0pW7rY4bJ9sLcGdFhEaUo6iNtQxRzKw3';

/** An example of a new passkey, as a browser answers it. */
export const NEW_PASSKEY = {
  ...ENVELOPE,
  response: { clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0', attestationObject: 'o2NmbXRkbm9uZQ' },
};

/** An example of the use of a passkey, as a browser answers it. */
export const PASSKEY_PROOF = {
  ...ENVELOPE,
  response: {
    clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0',
    authenticatorData: 'SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAA',
    signature: 'MEUCIQDhX0Yq',
    userHandle: HANDLE,
  },
};

/**
 * What a browser answers: a `PublicKeyCredential`, as its `toJSON` writes it. Its members are read where they are checked, and
 * others are ignored, since browsers add some.
 */
export function IsPasskey(example: object): PropertyDecorator {
  return applyDecorators(asWebAuthn(example), IsObject(messageKey('must_be_an_object')));
}

/** An object of WebAuthn, whose members that standard names: clients hand it on as it is. */
function asWebAuthn(example: object): PropertyDecorator {
  return ApiProperty({ type: 'object', additionalProperties: true, example });
}

@ApiSchema({ name: 'PasskeyEnrolment', description: 'What a browser needs to make a passkey.' })
export class PasskeyEnrolmentDto {
  /**
   * The token to send with the new passkey, valid for five minutes. It is no credential.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  token: string;

  /** For `PublicKeyCredential.parseCreationOptionsFromJSON` and `navigator.credentials.create`. */
  @asWebAuthn({
    challenge: CHALLENGE,
    rp: { id: 'login.example.com', name: 'login.example.com' },
    user: { id: HANDLE, name: 'john.doe', displayName: 'john.doe' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  })
  options: PublicKeyCredentialCreationOptionsJSON;
}

@ApiSchema({ name: 'ConfirmPasskeyRequest', description: 'The end of the enrolment of a passkey.' })
export class ConfirmPasskeyDto {
  /**
   * The token of the enrolment.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  @IsChallengeToken()
  token: string;

  /** What the browser has made: the `toJSON()` of its `PublicKeyCredential`. */
  @IsPasskey(NEW_PASSKEY)
  passkey: object;
}

@ApiSchema({ name: 'PasskeyLoginOptionsRequest', description: 'The login that the passkey is for.' })
export class PasskeyOptionsDto {
  /**
   * The token of `secondFactor`, if the passkey is the second factor of a login whose password was right. Without it, the
   * passkey takes the place of the password.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  @IsOmittable()
  @IsChallengeToken()
  token?: string;
}

@ApiSchema({ name: 'PasskeyLoginOptions', description: 'What a browser needs to use a passkey.' })
export class PasskeyLoginOptionsDto {
  /**
   * The token for the next request: that of `secondFactor`, or a new one for `POST /user/login/passkey`, valid for five minutes. It
   * is no credential.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  token: string;

  /** For `PublicKeyCredential.parseRequestOptionsFromJSON` and `navigator.credentials.get`. */
  @asWebAuthn({ challenge: CHALLENGE, rpId: 'login.example.com', userVerification: 'required', allowCredentials: [] })
  options: PublicKeyCredentialRequestOptionsJSON;
}

@ApiSchema({ name: 'PasskeyLoginRequest', description: 'A login by a passkey, without a password.' })
export class PasskeyLoginDto {
  /**
   * The token of `POST /user/login/passkey/options`.
   * @example "5Zl0t2H0zq7XJ8m4bR1vKc9WfYh3uN6sEoPdLgTaIxQ"
   */
  @IsChallengeToken()
  token: string;

  /** What the browser has answered: the `toJSON()` of its `PublicKeyCredential`. */
  @IsPasskey(PASSKEY_PROOF)
  passkey: object;
}
