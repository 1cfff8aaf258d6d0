import { STATUS_CODES } from 'node:http';
import { DEFAULT_LOCALE, type Locale } from '../../i18n/locales.js';
import { message, textOf, toEnglish } from '../../i18n/message.js';
import type { ApiError } from '../../errors/api-error.js';
import type { AccountsErrorBody, ErrorBody, OAuthErrorBody } from './error-body.dto.js';
import { remedyUrl } from '../../errors/remedies.js';
import { oauthErrorOf, type Problem, PROBLEMS } from '../../errors/problems.js';

const ACCOUNTS_PATH = /^\/([^/?]+)\/api\/v1\/accounts(?:[/?]|$)/;

/** Whether a path, routed or requested, uses the error format of the accounts document. */
export function isAccountsPath(path: string): boolean {
  return ACCOUNTS_PATH.test(path);
}

const OAUTH_PATH = /^\/oauth(?:[/?]|$)/;
/** What RFC 6749, section 5.2, excludes from a description. */
const NOT_IN_DESCRIPTIONS = /[^\x20\x21\x23-\x5b\x5d-\x7e]/g;

/** Whether a path, routed or requested, uses the error format of OAuth. */
export function isOAuthPath(path: string): boolean {
  return OAUTH_PATH.test(path);
}

/** The locale segment of an accounts path; undefined for any other path. */
export function localeInPath(path: string): string | undefined {
  return ACCOUNTS_PATH.exec(path)?.[1];
}

/**
 * The JSON body of an error, in the format of the document that defines its path. The accounts document and RFC 6749 name every
 * member of theirs, so the link to the remedy is in our own format only.
 * @param publicUrl the URL at which clients reach the server, if it is set
 */
export function errorBody(
  error: ApiError,
  path: string,
  locale: Locale = DEFAULT_LOCALE,
  publicUrl?: string,
): ErrorBody | AccountsErrorBody | OAuthErrorBody {
  if (isOAuthPath(path)) return oauthErrorBody(error);
  const { code, status, localized } = error;
  const details = error.details?.map(({ field, message: complaint }) => ({
    field,
    message: textOf(complaint, locale),
  }));
  const { secondFactor } = error;
  const detailed = { ...(details === undefined ? {} : { details }), ...(secondFactor && { secondFactor }) };
  if (isAccountsPath(path)) {
    const { accountsMessage }: Problem = PROBLEMS[code];
    const sentence = accountsMessage === undefined ? localized : message(accountsMessage);
    return { status: { error: textOf(sentence, locale) }, code, ...detailed };
  }
  return {
    statusCode: status,
    error: STATUS_CODES[status] ?? 'Error',
    message: textOf(localized, locale),
    code,
    docs: remedyUrl(code, publicUrl),
    ...detailed,
  };
}

/** In English, whatever the client prefers, because the RFC permits ASCII only. */
function oauthErrorBody({ code, localized, details = [] }: ApiError): OAuthErrorBody {
  const { oauthMessage }: Problem = PROBLEMS[code];
  const sentence = toEnglish(oauthMessage === undefined ? localized : message(oauthMessage));
  const complaints = details.map(({ field, message: complaint }) => `${field} ${toEnglish(complaint)}`.trim());
  const description = complaints.length === 0 ? sentence : `${sentence} ${complaints.join('; ')}`;
  return { error: oauthErrorOf(code), error_description: description.replace(NOT_IN_DESCRIPTIONS, '?') };
}
