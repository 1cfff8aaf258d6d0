import { isAuthHeaderShaped } from './auth-header-format.js';

/** A credential as presented, classified by its prefix. It is not verified, and may not even be well-formed. */
export interface PresentedCredential {
  readonly kind: 'jwt' | 'auth-header';
  readonly token: string;
}

/** The reason why the headers contain no credential to check. */
export type CredentialFault = 'credential_required' | 'two_credentials' | 'invalid_token';

const JWT_SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const BEARER = /^bearer +/i;

/** Whether a text has the three parts of a JWT. */
export function isJwtShaped(text: string): boolean {
  return JWT_SHAPE.test(text);
}

/**
 * Reads the credential of a request, in any of the forms of the contract, section 3.
 * @param rawHeaders names and values alternately, as received: Node's parsed headers drop a second `Authorization`.
 * @returns the reason if there is none; `invalid_token` means a JWT in `X-API-Key`.
 */
export function readCredential(rawHeaders: readonly string[]): PresentedCredential | CredentialFault {
  let token: string | undefined;
  let onlyAuthHeader = false;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = credentialHeader(rawHeaders[index] ?? '');
    if (name === undefined) continue;
    const value = rawHeaders[index + 1] ?? '';
    const found = name === 'x-api-key' ? value : value.replace(BEARER, '');
    if (token !== undefined && token !== found) return 'two_credentials';
    token = found;
    onlyAuthHeader ||= name === 'x-api-key';
  }
  if (token === undefined) return 'credential_required';
  if (isAuthHeaderShaped(token)) return { kind: 'auth-header', token };
  if (onlyAuthHeader) return 'invalid_token';
  return { kind: 'jwt', token };
}

/** The name in lower case, if the header carries a credential. */
function credentialHeader(name: string): string | undefined {
  // The length alone excludes most headers, which saves lower-casing them.
  if (name.length !== 9 && name.length !== 13 && name.length !== 15) return undefined;
  const lower = name.toLowerCase();
  return lower === 'authorization' || lower === 'x-authorization' || lower === 'x-api-key' ? lower : undefined;
}
