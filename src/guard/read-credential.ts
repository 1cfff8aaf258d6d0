import { isAuthHeaderShaped } from './auth-header-format.js';

/** A credential as it was presented, its kind told by how it begins; not yet known to be good, nor even to be one. */
export interface PresentedCredential {
  readonly kind: 'jwt' | 'auth-header';
  readonly token: string;
}

/** Why headers hold no credential that can be checked. */
export type CredentialFault = 'credential_required' | 'two_credentials' | 'invalid_token';

const JWT_SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Also without a token behind it, which a template writes for a variable that is not set. */
const BEARER = /^bearer(?: +|$)/i;
/** What a proxy's own login writes, such as `Basic …`; `Bearer` with anything but blanks behind it is a malformed one of ours. */
const OTHER_SCHEME = /^(?!bearer[ \t])[a-z][a-z\d-]*[ \t]/i;

/** Whether a text can be a JWT at all. */
export function isJwtShaped(text: string): boolean {
  return JWT_SHAPE.test(text);
}

/**
 * The credential among a request's headers, in any of the forms of the contract, section 3. An empty header is none, and
 * another scheme's `Authorization` is not read.
 * @param rawHeaders names and values in turn, as received: Node's parsed headers drop a second `Authorization`.
 * @returns the reason where there is none: `invalid_token` is a JWT in `X-API-Key` alone.
 */
export function readCredential(rawHeaders: readonly string[]): PresentedCredential | CredentialFault {
  let token: string | undefined;
  let onlyAuthHeader = true;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = credentialHeader(rawHeaders[index] ?? '');
    if (name === undefined) continue;
    const found = tokenIn(name, rawHeaders[index + 1] ?? '');
    if (found === '') continue;
    if (token !== undefined && token !== found) return 'two_credentials';
    token = found;
    onlyAuthHeader &&= name === 'x-api-key';
  }
  if (token === undefined) return 'credential_required';
  if (isAuthHeaderShaped(token)) return { kind: 'auth-header', token };
  if (onlyAuthHeader) return 'invalid_token';
  return { kind: 'jwt', token };
}

/** What a header presents; empty where it is nothing that is meant for this server. */
function tokenIn(name: string, value: string): string {
  if (name === 'x-api-key') return value;
  return name === 'authorization' && OTHER_SCHEME.test(value) ? '' : value.replace(BEARER, '');
}

/** The header's name in lower case, if it is one that carries a credential. */
function credentialHeader(name: string): string | undefined {
  // Most headers are told apart by their length alone, without lower-casing them.
  if (name.length !== 9 && name.length !== 13 && name.length !== 15) return undefined;
  const lower = name.toLowerCase();
  return lower === 'authorization' || lower === 'x-authorization' || lower === 'x-api-key' ? lower : undefined;
}
