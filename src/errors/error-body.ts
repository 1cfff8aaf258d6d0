import { STATUS_CODES } from 'node:http';
import type { ApiError } from './api-error.js';
import type { AccountsErrorBody, ErrorBody } from './error-body.dto.js';
import { type Problem, PROBLEMS } from './problems.js';

const ACCOUNTS_PATH = /^\/[^/?]+\/api\/v1\/accounts(?:[/?]|$)/;

/** Whether a path, as routed or as requested, answers in the accounts document's style. */
export function isAccountsPath(path: string): boolean {
  return ACCOUNTS_PATH.test(path);
}

/** The JSON body of an error, in the style of the document its path belongs to. */
export function errorBody(error: ApiError, path: string): ErrorBody | AccountsErrorBody {
  const { code, message, status, details } = error;
  const detailed = details === undefined ? {} : { details: [...details] };
  if (isAccountsPath(path)) {
    const { accountsMessage = message }: Problem = PROBLEMS[code];
    return { status: { error: accountsMessage }, code, ...detailed };
  }
  return { statusCode: status, error: STATUS_CODES[status] ?? 'Error', message, code, ...detailed };
}
