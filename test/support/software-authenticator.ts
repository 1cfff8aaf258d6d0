import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** How a browser and its authenticator behave. What is not given is as it is for an honest one. */
export interface Behaviour {
  /** Whether the authenticator checks a PIN or a feature of the body; yes by default. */
  readonly verifiesUser?: boolean;
  /** The origin that the browser names. */
  readonly origin?: string;
  /** The domain that the authenticator signs for. */
  readonly rpId?: string;
  /** In base64url. */
  readonly challenge?: string;
  /** The signature counter that the authenticator reports; one that has none reports 0, as it does by default. */
  readonly counter?: number | undefined;
  readonly userHandle?: string;
  /** In an enrolment: the credential id, in base64url. */
  readonly id?: string;
  readonly isSynchronised?: boolean;
  /** In an enrolment: the attestation statement's format, and the statement. */
  readonly attestation?: { readonly fmt: string; readonly attStmt: Map<string, unknown> };
}

/** What the server answers to an enrolment that begins. */
export interface Enrolment {
  readonly token: string;
  readonly options: PublicKeyCredentialCreationOptionsJSON;
}

/** A passkey in an authenticator. */
export interface HeldPasskey {
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  readonly key: KeyObject;
  counter: number;
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const ATTESTED = 0x40;

/** A browser at one origin with an authenticator (WebAuthn, section 6), in software. Its passkeys are ES256. */
export class SoftwareAuthenticator {
  readonly held: HeldPasskey[] = [];

  /** On a page of a server without PUBLIC_URL, whose passkeys belong to `localhost`. */
  static of({ url }: { readonly url: string }, behaviour: Behaviour = {}): SoftwareAuthenticator {
    return new SoftwareAuthenticator(`http://localhost:${new URL(url).port}`, behaviour);
  }

  constructor(
    private readonly origin: string,
    private readonly behaviour: Behaviour = {},
  ) {}

  /** `navigator.credentials.create`. @throws Error if it holds one of the excluded passkeys */
  create(options: PublicKeyCredentialCreationOptionsJSON, behaviour: Behaviour = {}): RegistrationResponseJSON {
    const how = { ...this.behaviour, ...behaviour };
    if (options.excludeCredentials?.some(({ id }) => this.held.some((passkey) => passkey.id === id))) {
      throw new Error('InvalidStateError');
    }
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const passkey: HeldPasskey = {
      id: how.id ?? randomBytes(16).toString('base64url'),
      rpId: options.rp.id ?? new URL(this.origin).hostname,
      userHandle: options.user.id,
      key: privateKey,
      counter: how.counter ?? 0,
    };
    this.held.push(passkey);
    // COSE, RFC 9053, section 7.1.1: kty EC2, alg ES256, crv P-256, x and y.
    const cose = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytesOf(x)],
      [-3, bytesOf(y)],
    ]);
    const id = bytesOf(passkey.id);
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, isoCBOR.encode(cose)]);
    const { fmt, attStmt } = how.attestation ?? { fmt: 'none', attStmt: new Map<string, unknown>() };
    const attestationObject = isoCBOR.encode(
      new Map<string, never>([
        ['fmt', fmt as never],
        ['attStmt', attStmt as never],
        ['authData', Uint8Array.from(authenticatorData(passkey, how, attested)) as never],
      ]),
    );
    return {
      ...envelopeOf(passkey),
      response: {
        clientDataJSON: this.clientData('webauthn.create', options.challenge, how),
        attestationObject: Buffer.from(attestationObject).toString('base64url'),
        transports: ['internal', 'hybrid'],
      },
    };
  }

  /** `navigator.credentials.get`, with the newest of the passkeys that may be used. @throws Error if it holds none of them */
  get(options: PublicKeyCredentialRequestOptionsJSON, behaviour: Behaviour = {}): AuthenticationResponseJSON {
    const how = { ...this.behaviour, ...behaviour };
    const { allowCredentials = [], rpId } = options;
    const passkey = this.held.findLast(
      (one) => one.rpId === rpId && (allowCredentials.length === 0 || allowCredentials.some(({ id }) => id === one.id)),
    );
    if (passkey === undefined) throw new Error('NotAllowedError');
    return this.use(passkey, options.challenge, how);
  }

  /** Signs with one of its passkeys, whatever was asked for. */
  use(passkey: HeldPasskey, challenge: string, behaviour: Behaviour = {}): AuthenticationResponseJSON {
    const how = { ...this.behaviour, ...behaviour };
    if (passkey.counter > 0) passkey.counter += 1;
    const authData = authenticatorData(passkey, how);
    const clientDataJSON = this.clientData('webauthn.get', challenge, how);
    const clientDataHash = createHash('sha256').update(bytesOf(clientDataJSON)).digest();
    return {
      ...envelopeOf(passkey),
      response: {
        clientDataJSON,
        authenticatorData: authData.toString('base64url'),
        signature: sign('sha256', Buffer.concat([authData, clientDataHash]), passkey.key).toString('base64url'),
        userHandle: how.userHandle ?? passkey.userHandle,
      },
    };
  }

  private clientData(type: string, challenge: string, how: Behaviour): string {
    const { origin = this.origin } = how;
    const data = { type, challenge: how.challenge ?? challenge, origin, crossOrigin: false };
    return Buffer.from(JSON.stringify(data)).toString('base64url');
  }
}

/** WebAuthn, section 6.1. */
function authenticatorData(passkey: HeldPasskey, how: Behaviour, attested = Buffer.alloc(0)): Buffer {
  const { verifiesUser = true, isSynchronised = false, rpId = passkey.rpId, counter = passkey.counter } = how;
  const flags =
    USER_PRESENT |
    (verifiesUser ? USER_VERIFIED : 0) |
    (isSynchronised ? BACKUP_ELIGIBLE | BACKED_UP : 0) |
    (attested.length > 0 ? ATTESTED : 0);
  const tail = Buffer.alloc(5);
  tail.writeUInt8(flags, 0);
  tail.writeUInt32BE(counter, 1);
  return Buffer.concat([createHash('sha256').update(rpId).digest(), tail, attested]);
}

function envelopeOf({
  id,
}: HeldPasskey): Pick<AuthenticationResponseJSON, 'id' | 'rawId' | 'type' | 'clientExtensionResults'> {
  return { id, rawId: id, type: 'public-key', clientExtensionResults: {} };
}

function bytesOf(base64url: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64url, 'base64url'));
}
