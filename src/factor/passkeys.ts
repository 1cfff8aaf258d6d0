import { Injectable } from '@nestjs/common';
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransportFuture,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { MINUTE_MS } from '../config/time.js';
import type { Factor } from '../database/entities/factor.entity.js';
import { PasskeySites } from './passkey-site.js';

/** How long a challenge is good, and a browser waits for its user. */
export const PASSKEY_TTL_MS = 5 * MINUTE_MS;

/** ES256 and RS256 (RFC 8152): every authenticator has one of them, and Node verifies both without a warning. */
const ALGORITHMS = [-7, -257];
/** Of a credential id (WebAuthn, section 4). */
const MAX_ID_BYTES = 1023;
/** Of a COSE key: RSA with 4096 bits has 530. What is larger takes long to verify. */
const MAX_KEY_BYTES = 1024;

type CBORValue = string | Uint8Array | Map<string, CBORValue>;

/** The columns that a passkey has besides those of every factor. */
export type PasskeyColumns = {
  [
    Column in 'credentialId' | 'publicKey' | 'signCount' | 'transports' | 'deviceType' | 'backedUp' | 'aaguid' | 'rpId'
  ]: NonNullable<Factor[Column]>;
};

/** The columns that each use of a passkey changes. */
export type UsedColumns = Pick<PasskeyColumns, 'signCount' | 'deviceType' | 'backedUp'>;

/** A passkey as it is stored. */
export type StoredPasskey = Pick<Factor, 'credentialId' | 'publicKey' | 'transports'>;

/** The user of a new passkey. */
export interface PasskeyOwner {
  /** See `User.passkeyHandle`. */
  readonly handle: string;
  readonly username: string;
}

/** What a proof must fulfil. */
export interface ProofDemand {
  /** In base64url. */
  readonly challenge: string;
  /** Whether the authenticator must have checked a PIN or a feature of the body. A passkey that replaces the password must. */
  readonly isAlone: boolean;
}

/** A proof that is right. */
export interface PasskeyProof {
  readonly used: UsedColumns;
  readonly isUserVerified: boolean;
}

/**
 * The protocol of passkeys (WebAuthn): what a browser is asked, and whether its answer is right. It stores nothing. The library
 * is loaded by the first call, so that a server whose users have no passkeys does not start slower.
 */
@Injectable()
export class Passkeys {
  constructor(private readonly sites: PasskeySites) {}

  /**
   * What a browser needs to make a passkey.
   * @param challenge in base64url
   * @param existing the user's other passkeys: an authenticator that holds one of them makes no second
   * @throws ApiError `passkeys_unavailable`
   */
  async enrolmentOptions(
    challenge: string,
    { handle, username }: PasskeyOwner,
    existing: readonly StoredPasskey[],
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { rpId, name } = this.sites.current;
    const { generateRegistrationOptions } = await import('@simplewebauthn/server');
    return generateRegistrationOptions({
      rpID: rpId,
      rpName: name,
      userName: username,
      userDisplayName: username,
      userID: bytesOf(handle),
      challenge: bytesOf(challenge),
      timeout: PASSKEY_TTL_MS,
      attestationType: 'none',
      excludeCredentials: existing.map(descriptorOf),
      // A hardware key has room for few passkeys that are found without a name, and may have no PIN.
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      supportedAlgorithmIDs: ALGORITHMS,
    });
  }

  /**
   * Checks a new passkey.
   * @returns undefined if it is not what was asked for
   * @throws ApiError `passkeys_unavailable`
   */
  async readEnrolment(response: RegistrationResponseJSON, challenge: string): Promise<PasskeyColumns | undefined> {
    const { rpId, origin } = this.sites.current;
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
    return unlessWrong(async () => {
      const { registrationInfo } = await verifyRegistrationResponse({
        response: await withoutAttestation(response),
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: rpId,
        requireUserVerification: false,
        supportedAlgorithmIDs: ALGORITHMS,
      });
      if (registrationInfo === undefined) return undefined;
      const { credential, aaguid, credentialDeviceType, credentialBackedUp } = registrationInfo;
      const { id, publicKey, counter, transports = [] } = credential;
      if (Buffer.byteLength(id, 'base64url') > MAX_ID_BYTES || publicKey.length > MAX_KEY_BYTES) return undefined;
      return {
        credentialId: id,
        publicKey: Buffer.from(publicKey).toString('base64url'),
        transports,
        aaguid,
        rpId,
        ...usedColumns(counter, credentialDeviceType, credentialBackedUp),
      };
    });
  }

  /**
   * What a browser needs to use a passkey.
   * @param allowed the passkeys to choose from; the browser offers every one that it finds if there are none
   * @throws ApiError `passkeys_unavailable`
   */
  async proofOptions(
    { challenge, isAlone }: ProofDemand,
    allowed: readonly StoredPasskey[],
  ): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { rpId } = this.sites.current;
    const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
    return generateAuthenticationOptions({
      rpID: rpId,
      challenge: bytesOf(challenge),
      timeout: PASSKEY_TTL_MS,
      allowCredentials: allowed.map(descriptorOf),
      userVerification: isAlone ? 'required' : 'discouraged',
    });
  }

  /**
   * Checks the use of a passkey. Whether its counter has fallen is for the caller to ask, in the transaction that stores it.
   * @returns undefined if it is not what was asked for
   * @throws ApiError `passkeys_unavailable`
   */
  async readProof(
    response: AuthenticationResponseJSON,
    { challenge, isAlone }: ProofDemand,
    { credentialId, publicKey }: StoredPasskey,
  ): Promise<PasskeyProof | undefined> {
    const { rpId, origin } = this.sites.current;
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
    return unlessWrong(async () => {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: rpId,
        // The library would refuse a counter before it has checked the signature, which a stranger could not have made.
        credential: { id: credentialId ?? '', publicKey: bytesOf(publicKey ?? ''), counter: 0 },
        requireUserVerification: isAlone,
      });
      if (!verified || response.id !== credentialId) return undefined;
      const { newCounter, credentialDeviceType, credentialBackedUp, userVerified } = authenticationInfo;
      return {
        used: usedColumns(newCounter, credentialDeviceType, credentialBackedUp),
        isUserVerified: userVerified,
      };
    });
  }
}

/** The library throws for an answer that is wrong or malformed, and names in the error what the client has sent. */
async function unlessWrong<T>(check: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await check();
  } catch {
    return undefined;
  }
}

/**
 * Drops the attestation, as a browser does that was asked for none. The library would check its certificates, and ask the hosts
 * that they name, whoever sent them, whether they are revoked.
 */
async function withoutAttestation(response: RegistrationResponseJSON): Promise<RegistrationResponseJSON> {
  const { decodeAttestationObject, isoBase64URL, isoCBOR } = await import('@simplewebauthn/server/helpers');
  const { attestationObject } = response.response;
  const authData = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject)).get('authData');
  const bare = isoCBOR.encode(
    new Map<string, CBORValue>([
      ['fmt', 'none'],
      ['attStmt', new Map<string, CBORValue>()],
      ['authData', authData],
    ]),
  );
  return { ...response, response: { ...response.response, attestationObject: isoBase64URL.fromBuffer(bare) } };
}

function usedColumns(signCount: number, deviceType: UsedColumns['deviceType'], isBackedUp: boolean): UsedColumns {
  return { signCount, deviceType, backedUp: isBackedUp ? 1 : 0 };
}

function descriptorOf({ credentialId, transports }: StoredPasskey): {
  id: string;
  transports: AuthenticatorTransportFuture[];
} {
  // A browser ignores a transport that it does not know.
  return { id: credentialId ?? '', transports: (transports ?? []) as AuthenticatorTransportFuture[] };
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(base64url, 'base64url'));
}
