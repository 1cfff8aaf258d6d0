import { STATUS_CODES } from 'node:http';
import { DEFAULT_LOCALE, type Locale } from '../../i18n/locales.js';
import { message, textOf } from '../../i18n/message.js';
import type { ApiError } from '../../errors/api-error.js';
import type { AccountsErrorBody, ErrorBody } from './error-body.dto.js';
import { type Problem, PROBLEMS } from '../../errors/problems.js';

const ACCOUNTS_PATH = /^\/([^/?]+)\/api\/v1\/accounts(?:[/?]|$)/;

/** Whether a path, as routed or as requested, answers in the accounts document's style. */
export function isAccountsPath(path: string): boolean {
  return ACCOUNTS_PATH.test(path);
}

/** What an accounts path has in the place of its locale; undefined for any other path. */
export function localeInPath(path: string): string | undefined {
  return ACCOUNTS_PATH.exec(path)?.[1];
}

/** The JSON body of an error, in the style of the document its path belongs to. */
export function errorBody(
  error: ApiError,
  path: string,
  locale: Locale = DEFAULT_LOCALE,
): ErrorBody | AccountsErrorBody {
  const { code, status, told } = error;
  const details = error.details?.map(({ field, message: complaint }) => ({
    field,
    message: textOf(complaint, locale),
  }));
  const detailed = details === undefined ? {} : { details };
  if (isAccountsPath(path)) {
    const { accountsMessage }: Problem = PROBLEMS[code];
    const sentence = accountsMessage === undefined ? told : message(accountsMessage);
    return { status: { error: textOf(sentence, locale) }, code, ...detailed };
  }
  return {
    statusCode: status,
    error: STATUS_CODES[status] ?? 'Error',
    message: textOf(told, locale),
    code,
    ...detailed,
  };
}
