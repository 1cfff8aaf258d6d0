import { isAuthHeaderShaped } from './auth-header-format.js';

/** A credential as presented, classified by its prefix. It is not verified, and may not even be well-formed. */
export interface PresentedCredential {
  readonly kind: 'jwt' | 'auth-header';
  readonly token: string;
}

/** The reason why the headers contain no credential to check. */
export type CredentialFault = 'credential_required' | 'two_credentials' | 'invalid_token';

const JWT_SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Matches without a token too: a template writes this for a variable that is not set. */
const BEARER = /^bearer(?: +|$)/i;
/** Another scheme, such as the `Basic` login of a proxy. `Bearer` followed by anything else is a malformed credential. */
const OTHER_SCHEME = /^(?!bearer[ \t])[a-z][a-z\d-]*[ \t]/i;

/** Whether a text has the three parts of a JWT. */
export function isJwtShaped(text: string): boolean {
  return JWT_SHAPE.test(text);
}

/**
 * Reads the credential of a request, in any of the forms of the contract, section 3. An empty header is no credential, and an
 * `Authorization` header of another scheme is ignored.
 * @param rawHeaders names and values alternately, as received: Node's parsed headers drop a second `Authorization`.
 * @returns the reason if there is none; `invalid_token` means a JWT in `X-API-Key` alone.
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

/** The credential in a header, or an empty string if the header contains nothing that is meant for this server. */
function tokenIn(name: string, value: string): string {
  if (name === 'x-api-key') return value;
  return name === 'authorization' && OTHER_SCHEME.test(value) ? '' : value.replace(BEARER, '');
}

/** The name in lower case, if the header carries a credential. */
function credentialHeader(name: string): string | undefined {
  // The length alone excludes most headers, which saves lower-casing them.
  if (name.length !== 9 && name.length !== 13 && name.length !== 15) return undefined;
  const lower = name.toLowerCase();
  return lower === 'authorization' || lower === 'x-authorization' || lower === 'x-api-key' ? lower : undefined;
}
