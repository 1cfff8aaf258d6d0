import { isAuthHeaderShaped } from '../guard/auth-header-format.js';
import type { CredentialFault, PresentedCredential } from '../guard/read-credential.js';
import { readCredential } from '../guard/read-credential.js';
import { decodeFormText, type Form } from '../http/form-body.js';

/** The credential of an OAuth client, which is an auth header with its id, or any credential in any header of ours. */
export interface ClientCredential {
  readonly credential: PresentedCredential;
  /** The id that the client gives itself: it must be that of the auth header. Absent where it gives none. */
  readonly clientId: string | undefined;
}

const BASIC = /^basic +([\w+/-]+={0,2}) *$/i;
const IS_BASIC = /^basic(?: |$)/i;

/**
 * Reads the credential of an OAuth client: by `Basic` (RFC 6749, section 2.3.1), in the form, or in one of the headers of the
 * contract, section 3. A client that presents two is refused, also where both are the same and one is in the form: a client
 * must not use more than one method (RFC 6749, section 2.3).
 * @param rawHeaders as {@link readCredential}
 */
export function readClientCredential(
  rawHeaders: readonly string[],
  { client_id, client_secret }: Form,
): ClientCredential | CredentialFault {
  const inForm = client_secret === undefined || client_secret === '' ? undefined : client_secret;
  const clientId = client_id === '' ? undefined : client_id;
  const inHeader = readCredential(rawHeaders);
  const basic = readBasic(rawHeaders);
  if (typeof basic === 'string') return basic;
  const isInHeader = inHeader !== 'credential_required';
  if (Number(inForm !== undefined) + Number(basic !== undefined) + Number(isInHeader) > 1) return 'two_credentials';
  if (inForm !== undefined) return clientId === undefined ? 'invalid_token' : withSecret(clientId, inForm);
  if (basic !== undefined) {
    if (clientId !== undefined && clientId.toLowerCase() !== basic.clientId?.toLowerCase()) return 'two_credentials';
    return basic;
  }
  return typeof inHeader === 'string' ? inHeader : { credential: inHeader, clientId };
}

/** Whether a request authenticates with `Basic`, well or badly. */
export function usesBasic(rawHeaders: readonly string[]): boolean {
  return authorizationsOf(rawHeaders).some((value) => IS_BASIC.test(value));
}

/** A client that does not encode its id and secret, as the RFC asks, is read as well: neither contains a `%` or a `+`. */
function readBasic(rawHeaders: readonly string[]): ClientCredential | CredentialFault | undefined {
  const values = authorizationsOf(rawHeaders).filter((one) => IS_BASIC.test(one));
  const [value] = values;
  if (value === undefined) return undefined;
  if (values.some((one) => one !== value)) return 'two_credentials';
  const encoded = BASIC.exec(value)?.[1];
  if (encoded === undefined) return 'invalid_token';
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  const colon = text.indexOf(':');
  const clientId = decodeFormText(text.slice(0, Math.max(colon, 0)));
  const token = decodeFormText(text.slice(colon + 1));
  return clientId === undefined || token === undefined ? 'invalid_token' : withSecret(clientId, token);
}

/**
 * A client's secret is an auth header and nothing else. A JWT of a machine login is refused here, because the cache knows it by its
 * text, whatever kind it is presented as.
 */
function withSecret(clientId: string, token: string): ClientCredential | 'invalid_token' {
  return isAuthHeaderShaped(token) ? { credential: { kind: 'auth-header', token }, clientId } : 'invalid_token';
}

function authorizationsOf(rawHeaders: readonly string[]): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 13 && name.toLowerCase() === 'authorization') values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}
