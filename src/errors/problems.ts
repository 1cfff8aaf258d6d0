import type { MessageKey } from '../i18n/en.js';

/** The properties of an error, except its message. */
export interface Problem {
  /** The HTTP status. */
  readonly status: number;
  /** The message that the accounts document prescribes, if it differs. */
  readonly accountsMessage?: Extract<MessageKey, `accounts_${string}`>;
}

/**
 * Every error the server answers, by its `code`, which is also the key of its message. The responses and their
 * documentation are both built from this table.
 */
export const PROBLEMS = {
  malformed_json: { status: 400 },
  malformed_request: { status: 400 },
  malformed_url: { status: 400 },
  invalid_fields: { status: 400 },
  two_credentials: { status: 400 },
  credential_required: { status: 401 },
  invalid_token: { status: 401 },
  incorrect_credentials: { status: 401, accountsMessage: 'accounts_incorrect_credentials' },
  password_expired: { status: 403, accountsMessage: 'accounts_password_expired' },
  insufficient_scope: { status: 403 },
  address_not_allowed: { status: 403 },
  invalid_check: { status: 403 },
  last_administrator: { status: 409 },
  already_taken: { status: 409 },
  rotation_too_early: { status: 409 },
  not_found: { status: 404 },
  unknown_path: { status: 404 },
  unknown_locale: { status: 404 },
  method_not_allowed: { status: 405 },
  not_acceptable: { status: 406 },
  request_timeout: { status: 408 },
  deleted: { status: 410 },
  body_too_large: { status: 413 },
  unsupported_media_type: { status: 415 },
  too_many_attempts: { status: 429 },
  rate_limited: { status: 429 },
  headers_too_large: { status: 431 },
  internal_error: { status: 500 },
  unavailable: { status: 503 },
} as const satisfies Partial<Record<MessageKey, Problem>>;

/** The stable, machine-readable code of an error. */
export type ProblemCode = keyof typeof PROBLEMS;
