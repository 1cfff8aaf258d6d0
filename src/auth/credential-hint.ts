import type { IncomingMessage } from 'node:http';
import { ApiError } from '../errors/api-error.js';
import { isWellFormed } from '../guard/auth-header-format.js';
import { type CredentialFault, isJwtShaped } from '../guard/read-credential.js';
import { message, type Message } from '../i18n/message.js';

/** The schemes that an error names. Any other first word may be a part of a secret, which no response repeats. */
const KNOWN_SCHEMES = [
  'Basic',
  'Digest',
  'Negotiate',
  'NTLM',
  'Token',
  'ApiKey',
  'Api-Key',
  'JWT',
  'OAuth',
  'Key',
  'DPoP',
];
const SCHEME = /^([a-z][a-z\d-]*)[ \t]/i;
const BEARER = /^bearer(?: +|$)/i;
const STARTS_WITH_BEARER = /^bearer(?![\w.-])/i;
const QUOTED = /^["'`<([{]|["'`>)\]}]$/;
const IN_URL = /[?&](?:access_token|token|jwt|auth|authorization|(?:x-)?api[_-]?key|bearer)=/i;

/** A header for credentials, which holds something. */
interface Presented {
  readonly name: 'authorization' | 'x-authorization' | 'x-api-key';
  readonly value: string;
}

/**
 * The refusal of a request without a usable credential. What it says follows from the form of its headers alone, which the sender
 * knows. A token that nobody has and one that is mistyped get the same words.
 */
export function refusalOf(fault: CredentialFault, { rawHeaders, url = '' }: IncomingMessage): ApiError {
  const hint = hintFor(fault, presentedIn(rawHeaders), url);
  return new ApiError(fault, hint === undefined ? {} : { message: hint });
}

function hintFor(fault: CredentialFault, presented: readonly Presented[], url: string): Message | undefined {
  switch (fault) {
    case 'two_credentials':
      return undefined;
    case 'credential_required':
      return firstHint(presented, hintForScheme) ?? (IN_URL.test(url) ? message('credential_in_url') : undefined);
    case 'invalid_token': {
      // An `Authorization` header of another scheme was not read, and so is no reason for this refusal.
      const read = presented.filter(({ name, value }) => name !== 'authorization' || schemeOf(value) === undefined);
      const isApiKey = read.every(({ name, value }) => name === 'x-api-key' && isJwtShaped(value));
      return isApiKey && read.length > 0 ? message('jwt_in_api_key') : firstHint(read, hintForToken);
    }
  }
}

function firstHint(presented: readonly Presented[], hintOf: (one: Presented) => Message | undefined) {
  return presented.map(hintOf).find((hint) => hint !== undefined);
}

function hintForScheme({ value }: Presented): Message | undefined {
  const scheme = schemeOf(value);
  if (scheme === undefined) return undefined;
  const known = KNOWN_SCHEMES.find((one) => one.toLowerCase() === scheme);
  return known === undefined ? message('unsupported_scheme') : message('unsupported_scheme_named', { scheme: known });
}

function hintForToken({ name, value }: Presented): Message | undefined {
  const token = name === 'x-api-key' ? value : value.replace(BEARER, '');
  if (isJwtShaped(token) || isWellFormed(token)) return undefined;
  if (STARTS_WITH_BEARER.test(token)) return message('bearer_form');
  if (QUOTED.test(token)) return message('quoted_credential');
  return hintForScheme({ name, value });
}

/** The scheme in lower case, if it is another one than Bearer. */
function schemeOf(value: string): string | undefined {
  const scheme = SCHEME.exec(value)?.[1]?.toLowerCase();
  return scheme === 'bearer' ? undefined : scheme;
}

function presentedIn(rawHeaders: readonly string[]): Presented[] {
  const presented: Presented[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = (rawHeaders[index + 1] ?? '').trim();
    if (value !== '' && isCredentialHeader(name)) presented.push({ name, value });
  }
  return presented;
}

function isCredentialHeader(name: string): name is Presented['name'] {
  return name === 'authorization' || name === 'x-authorization' || name === 'x-api-key';
}
