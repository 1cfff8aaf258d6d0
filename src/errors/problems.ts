import type { MessageKey } from '../i18n/en.js';

/** The properties of an error, except its message. */
export interface Problem {
  /** The HTTP status. */
  readonly status: number;
  /** The message where it is known when to try again, with the placeholder `when`. */
  readonly timedMessage?: Extract<MessageKey, `${string}_until`>;
  /** The message that the accounts document prescribes, if it differs. */
  readonly accountsMessage?: Extract<MessageKey, `accounts_${string}`>;
  /** The `error` at the OAuth routes, if it is another one than that of its status. */
  readonly oauthError?: OAuthErrorCode;
  /** The message at the OAuth routes, if it differs. */
  readonly oauthMessage?: Extract<MessageKey, `oauth_${string}`>;
}

/** What `error` says at the OAuth routes (RFC 6749, sections 4.1.2.1 and 5.2; RFC 7009, section 2.2.1). */
export const OAUTH_ERROR_CODES = [
  'invalid_request',
  'invalid_client',
  'invalid_scope',
  'unsupported_grant_type',
  'unsupported_token_type',
  'access_denied',
  'temporarily_unavailable',
  'server_error',
] as const;
export type OAuthErrorCode = (typeof OAUTH_ERROR_CODES)[number];

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
  invalid_link: { status: 400 },
  unsupported_token_type: { status: 400, oauthError: 'unsupported_token_type' },
  unsupported_grant_type: { status: 400, oauthError: 'unsupported_grant_type' },
  invalid_scope: { status: 400, oauthError: 'invalid_scope' },
  credential_required: { status: 401 },
  invalid_token: { status: 401 },
  token_expired: { status: 401 },
  insufficient_user_authentication: { status: 401 },
  incorrect_credentials: { status: 401, accountsMessage: 'accounts_incorrect_credentials' },
  password_expired: { status: 403, accountsMessage: 'accounts_password_expired' },
  password_change_required: { status: 403 },
  second_factor_required: { status: 403 },
  second_factor_setup_required: { status: 403 },
  incorrect_second_factor: { status: 401 },
  last_factor: { status: 409 },
  too_many_factors: { status: 409 },
  insufficient_scope: { status: 403 },
  address_not_allowed: { status: 403 },
  https_required: { status: 403 },
  invalid_check: { status: 403 },
  last_administrator: { status: 409 },
  already_taken: { status: 409 },
  passkeys_unavailable: { status: 409 },
  rotation_too_early: { status: 409, timedMessage: 'rotation_too_early_until' },
  not_found: { status: 404 },
  mail_not_configured: { status: 404 },
  unknown_path: { status: 404 },
  unknown_locale: { status: 404 },
  method_not_allowed: { status: 405 },
  not_acceptable: { status: 406 },
  request_timeout: { status: 408 },
  deleted: { status: 410 },
  body_too_large: { status: 413 },
  unsupported_media_type: { status: 415, oauthMessage: 'oauth_unsupported_media_type' },
  unsupported_content_encoding: { status: 415 },
  too_many_attempts: { status: 429, timedMessage: 'too_many_attempts_until' },
  rate_limited: { status: 429, timedMessage: 'rate_limited_until' },
  headers_too_large: { status: 431 },
  internal_error: { status: 500 },
  unavailable: { status: 503 },
} as const satisfies Partial<Record<MessageKey, Problem>>;

const OAUTH_ERRORS_BY_STATUS: Readonly<Partial<Record<number, OAuthErrorCode>>> = {
  401: 'invalid_client',
  403: 'access_denied',
  429: 'temporarily_unavailable',
  500: 'server_error',
  503: 'temporarily_unavailable',
};

/** The `error` of a problem at the OAuth routes, where every refusal has one. */
export function oauthErrorOf(code: ProblemCode): OAuthErrorCode {
  const { status, oauthError }: Problem = PROBLEMS[code];
  return oauthError ?? OAUTH_ERRORS_BY_STATUS[status] ?? 'invalid_request';
}

/** The stable, machine-readable code of an error. */
export type ProblemCode = keyof typeof PROBLEMS;
