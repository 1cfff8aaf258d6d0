import type {
  AuthenticationResponseJSON,
  AuthenticatorTransportFuture,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { FieldError } from '../errors/api-error.js';
import { refuseFields } from '../errors/invalid-fields.js';
import { message } from '../i18n/message.js';

/** What browsers name today are words such as `internal` and `smart-card`. */
const TRANSPORT = /^[a-z-]{1,20}$/;
const MAX_TRANSPORTS = 10;

/** The field of a body that holds what a browser has answered: a `PublicKeyCredential`, as its `toJSON` writes it. */
const FIELD = 'passkey';

/**
 * What a browser answers to a request to make a passkey. Of its members those are read that the check needs; browsers add others.
 * @throws ApiError `invalid_fields`
 */
export function enrolmentIn(passkey: object): RegistrationResponseJSON {
  const reader = new MemberReader();
  const credential = reader.credential(passkey);
  const response = reader.object(passkey, 'response');
  const strings = {
    clientDataJSON: reader.string(response, 'response.clientDataJSON'),
    attestationObject: reader.string(response, 'response.attestationObject'),
  };
  reader.finish();
  return { ...credential, response: { ...strings, transports: transportsIn(response) } };
}

/**
 * What a browser answers to a request to use a passkey.
 * @throws ApiError `invalid_fields`
 */
export function proofIn(passkey: object): AuthenticationResponseJSON {
  const reader = new MemberReader();
  const credential = reader.credential(passkey);
  const response = reader.object(passkey, 'response');
  const strings = {
    clientDataJSON: reader.string(response, 'response.clientDataJSON'),
    authenticatorData: reader.string(response, 'response.authenticatorData'),
    signature: reader.string(response, 'response.signature'),
  };
  reader.finish();
  const userHandle = memberOf(response, 'userHandle');
  return { ...credential, response: { ...strings, ...(typeof userHandle === 'string' && { userHandle }) } };
}

/** Reads members, and collects what is wrong with them, so that one error names all. */
class MemberReader {
  private readonly complaints: FieldError[] = [];

  credential(passkey: object): Pick<RegistrationResponseJSON, 'id' | 'rawId' | 'type' | 'clientExtensionResults'> {
    const id = this.string(passkey, 'id');
    const rawId = this.string(passkey, 'rawId');
    return { id, rawId, type: this.string(passkey, 'type') as 'public-key', clientExtensionResults: {} };
  }

  /** @param path of the member; its last part is the name. */
  string(from: object, path: string): string {
    const value = memberOf(from, path.slice(path.lastIndexOf('.') + 1));
    if (typeof value === 'string') return value;
    this.complain(path, value, 'must_be_a_string');
    return '';
  }

  object(from: object, path: string): object {
    const value = memberOf(from, path);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    this.complain(path, value, 'must_be_an_object');
    return {};
  }

  finish(): void {
    refuseFields(this.complaints.values());
  }

  private complain(path: string, value: unknown, rule: 'must_be_a_string' | 'must_be_an_object'): void {
    this.complaints.push({ field: `${FIELD}.${path}`, message: message(value === undefined ? 'is_required' : rule) });
  }
}

function transportsIn(response: object): AuthenticatorTransportFuture[] {
  const transports = memberOf(response, 'transports');
  if (!Array.isArray(transports)) return [];
  const words = transports.filter((word): word is string => typeof word === 'string' && TRANSPORT.test(word));
  return words.slice(0, MAX_TRANSPORTS) as AuthenticatorTransportFuture[];
}

function memberOf(from: object, name: string): unknown {
  return (from as Record<string, unknown>)[name];
}
