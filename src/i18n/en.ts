import { mailEn } from './mail/en.js';

/**
 * The English messages, from which the others are translated. Names in braces are placeholders (ICU MessageFormat). Messages
 * that the two API documents prescribe are verbatim, spelling included, because clients compare them.
 */
export const en = {
  // The message of each error, by its code.
  malformed_json: 'The body is not valid JSON.',
  malformed_request: 'The request is malformed.',
  malformed_url: 'The URL is malformed.',
  invalid_fields: 'Some fields are missing, unknown or not valid.',
  two_credentials: 'The request carries two different credentials; send one.',
  invalid_link: 'The link does not work any more: ask for another one.',
  unsupported_token_type: 'The token cannot be revoked by itself: it ends within ten minutes, or with its auth header.',
  unsupported_grant_type: 'The grant type must be client_credentials.',
  invalid_scope: 'The auth header does not have all of the requested scopes.',
  credential_required:
    'A credential is required: send the header Authorization: Bearer TOKEN, where TOKEN is a JWT or an auth header.',
  invalid_token: 'The credential is not valid.',
  token_expired: 'The JWT has expired: log in again. POST /user/renew replaces one that is still valid.',
  insufficient_user_authentication: 'This requires a more recent or a stronger login: log in again.',
  incorrect_credentials: 'Incorrect credentials',
  password_expired: 'Password expired',
  password_change_required: 'This is a one-time password: change it with POST /user/password, which logs in as well.',
  second_factor_required: 'The password is right; a second factor is required as well.',
  second_factor_setup_required: 'A second factor must be set up first.',
  incorrect_second_factor: 'The second factor is not right, or was used before.',
  last_factor: 'A second factor is required of you, and this is the last one.',
  too_many_factors: 'There are 20 second factors already, which is the most.',
  insufficient_scope: 'The credential does not carry the right to do this.',
  address_not_allowed: 'The credential may not be used from this address.',
  https_required: 'The server takes requests by https only; use its https address.',
  invalid_check: 'The proxy asks for a check with parameters that are not valid.',
  last_administrator: 'At least one administrator who can log in must remain.',
  already_taken: 'Another user has that username or e-mail address.',
  passkeys_unavailable:
    'Passkeys cannot work at the address of this server: PUBLIC_URL must be an https URL with a host name.',
  rotation_too_early: 'The next signing key was published too recently to sign.',
  not_found: 'The resource does not exist.',
  mail_not_configured: 'This server sends no mail: ask an administrator.',
  unknown_path: 'There is no such path.',
  unknown_locale: 'There is no such locale.',
  method_not_allowed: 'This path does not support that method.',
  not_acceptable: 'The response is JSON, which the Accept header excludes.',
  request_timeout: 'The request took too long to arrive.',
  deleted: 'The resource was deleted.',
  body_too_large: 'The body is over 16 KiB.',
  unsupported_media_type: 'The body must be JSON, with the header Content-Type: application/json.',
  unsupported_content_encoding: 'The body must not be compressed.',
  too_many_attempts: 'Too many attempts; try again later.',
  rate_limited: 'The credential has reached its rate limit; try again later.',
  headers_too_large: 'The headers are too large.',
  internal_error: 'Something went wrong on our side.',
  unavailable: 'The server is temporarily unavailable; try again shortly.',

  // More specific messages for some of these errors.
  more_fields_are_invalid: 'Some fields are missing, unknown or not valid, more than the {max} that are named.',
  unknown_locale_among: 'There is no such locale; there are: {locales}.',
  internal_error_of_request: 'Something went wrong on our side. Quote request {requestId}.',
  no_such_user: 'There is no such user.',
  no_such_session: 'You have no such session.',
  dead_token: 'The token is unknown, used or too old, or was given to another network: begin again.',
  no_such_factor: 'There is no such second factor.',
  no_such_signing_key: 'There is no such signing key.',
  no_such_auth_header:
    'You have no such auth header. Administrators revoke those of others with POST /authheader/revoke.',
  no_auth_header_of_any_user: 'There is no such auth header.',
  scope_not_passed_on: 'The credential lacks the scope {scope} and cannot pass it on.',
  rate_limited_passes_on_nothing:
    'An auth header with a rate limit creates, rotates and changes no other: each has a count of its own.',
  malformed_json_at: 'The body is not valid JSON: the mistake is at line {line}, column {column}.',
  malformed_json_end: 'The body is not valid JSON: it ends before it is complete.',
  malformed_json_quote:
    'The body is not valid JSON: names and strings must be in double quotes, at line {line}, column {column}.',
  malformed_json_comma:
    'The body is not valid JSON: a comma must not be followed by a closing bracket, at line {line}, column {column}.',
  body_is_empty: 'The body is empty; it must be a JSON object.',
  body_must_be_an_object: 'The body must be a JSON object.',
  credential_in_url:
    'A credential is required in a header: send Authorization: Bearer TOKEN. The URL is not read for one, because URLs end up in logs.',
  unsupported_scheme:
    'The scheme of the Authorization header is not supported: send Authorization: Bearer TOKEN, where TOKEN is a JWT or an auth header.',
  unsupported_scheme_named:
    'The scheme {scheme} is not supported: send Authorization: Bearer TOKEN, where TOKEN is a JWT or an auth header.',
  bearer_form:
    'The credential is not valid: send the word Bearer once, then one blank, then the token, as in Authorization: Bearer TOKEN.',
  quoted_credential: 'The credential is not valid: send it without quotation marks or brackets.',
  jwt_in_api_key: 'X-API-Key is for auth headers only: send a JWT as Authorization: Bearer TOKEN.',
  machine_jwt_expired: 'The JWT has expired: get a new one with POST /oauth/token.',
  auth_header_expired: 'The auth header has expired: make a new one with POST /authheader/add.',
  use_another_method: 'This path does not support {method}; use {methods}.',
  preflight_refused:
    'Pages of this origin may not call the server; its operator can allow them with the setting CORS_ORIGINS.',
  unknown_path_near: 'There is no such path; did you mean {path}?',
  too_many_attempts_until: 'Too many attempts; try again {when}.',
  rate_limited_until: 'The credential has reached its rate limit; try again {when}.',
  rotation_too_early_until: 'The next signing key was published too recently to sign; try again {when}.',
  in_seconds: 'in {seconds, plural, one {# second} other {# seconds}}',
  in_minutes: 'in {minutes, plural, one {# minute} other {# minutes}}',
  in_hours: 'in {hours, plural, one {# hour} other {# hours}}',

  // The messages that the accounts document prescribes.
  accounts_logged_in: 'Login sucessfully.',
  accounts_incorrect_credentials: 'Invalid email or password.',
  accounts_password_expired: 'Password expired.',

  // Messages of the OAuth routes where they differ.
  oauth_unsupported_media_type:
    'The body must be a form, with the header Content-Type: application/x-www-form-urlencoded.',

  // Validation errors. The name of the field precedes them.
  is_not_valid: 'is not valid',
  is_required: 'is required',
  is_not_a_known_field: 'is not a known field',
  is_not_a_known_field_near: 'is not a known field; did you mean {name}?',
  is_there_twice: 'appears twice',
  is_nested_too_deeply: 'is nested too deeply',
  holds_too_many_values: 'holds too many values',
  belongs_in_the_body: 'belongs in the body: a URL ends up in logs',
  is_required_without: 'is required unless {other} is given',
  must_not_be_given_with: 'must not be given together with {other}',
  must_be_a_string: 'must be a string',
  must_be_an_array_of_strings: 'must be an array of strings',
  must_be_an_object: 'must be an object',
  must_be_true_or_false: 'must be true or false',
  must_be_a_whole_number: 'must be a whole number',
  must_be_a_whole_number_of_nine_digits: 'must be a whole number of at most nine digits',
  must_be_whole_seconds: 'must be a whole number of seconds',
  must_be_at_most_30_days: 'must be 0 to 2592000 (30 days)',
  must_be_within: 'must be {min} to {max}',
  must_be_one_of: 'must be one of: {words}',
  must_be_within_networks: 'must be within: {networks}',
  must_be_an_id: 'must be an id',
  must_be_the_id_of_a_user: 'must be the id or the username of a user',
  must_be_the_id_of_a_session: 'must be the id of a session',
  must_be_a_cursor: 'must be a cursor of a Link header',
  must_be_an_email_address: 'must be an e-mail address',
  must_be_a_date_time: 'must be a date-time with its zone, such as 2030-01-15T10:30:42Z',
  must_be_in_the_future: 'must be in the future',
  must_be_within_days: 'must be within {days, plural, one {# day} other {# days}}',
  must_not_outlive_the_asking_auth_header: 'must not be after the expiry of the auth header that makes the request',
  must_be_of_length: 'must be {min} to {max} characters long',
  must_be_at_least_of_length: 'must be at least {min} characters long',
  must_be_at_most_of_length: 'must be at most {max} characters long',
  must_not_contain_invisible_characters:
    'must not contain control characters, invisible ones or blanks other than the space',
  must_not_contain_lone_surrogates: 'must not contain half of a surrogate pair',
  must_not_begin_or_end_with_a_blank: 'must not begin or end with a blank',
  must_be_networks: 'must be an array of addresses or networks such as 10.0.0.0/8',
  must_hold_at_most_networks: 'must hold at most {max} networks',
  must_hold_at_most_scopes: 'must hold at most {max} scopes',
  must_not_hold_a_scope_twice: 'must not hold a scope twice',
  must_be_scopes: 'must be words of 1 to 64 printable ASCII characters, without blanks, quotes or backslashes',
  must_hold_at_most_roles: 'must hold at most {max} roles',
  must_not_hold_a_role_twice: 'must not hold a role twice',
  must_be_roles: 'must be words of letters, digits and _ : . -',
  must_be_spelt: 'must be spelt {word}, in small letters',
  must_be_another_password: 'must differ from the current password',
  must_not_be_of_a_service_account: 'must not be that of a service account, which has no password',
  must_be_an_existing_user: 'must be an existing user',
  is_taken: 'is taken by another user',
  must_be_of_the_same_user: 'must be that of the same user as {other}',
  is_not_changed_here: 'is not changed by this call: leave it out, or send it as it is',
  must_be_a_service_account: 'must be a service account that is enabled',
  is_for_administrators: 'is for the JWT of an administrator only',
  must_not_hold_admin: 'must not hold admin, because its owner lacks that role',
  names_several_auth_headers: 'names several auth headers; use the id',
  is_a_common_password: 'is a commonly used password',
  is_a_padded_name: 'is a name with padding',

  ...mailEn,
} as const;

/** The key of a message. */
export type MessageKey = keyof typeof en;

/** The messages of one language: exactly one for each key. */
export type Messages = Readonly<Record<MessageKey, string>>;
