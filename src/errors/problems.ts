/** What one error answers: its HTTP status and the sentence a person reads. */
export interface Problem {
  readonly status: number;
  readonly message: string;
  /** The accounts document's own sentence, where it has one. */
  readonly accountsMessage?: string;
}

/** Every error the server answers, by its `code`: the one table behind the answers and their documentation. */
export const PROBLEMS = {
  malformed_json: { status: 400, message: 'The body is not valid JSON.' },
  malformed_request: { status: 400, message: 'The request is malformed.' },
  malformed_url: { status: 400, message: 'The URL is malformed.' },
  invalid_fields: { status: 400, message: 'Some fields are missing, unknown or not valid.' },
  two_credentials: { status: 400, message: 'The request carries two different credentials; send one.' },
  credential_required: { status: 401, message: 'A credential is required.' },
  invalid_token: { status: 401, message: 'The credential is not valid.' },
  incorrect_credentials: {
    status: 401,
    message: 'Incorrect credentials',
    accountsMessage: 'Invalid email or password.',
  },
  password_expired: { status: 403, message: 'Password expired', accountsMessage: 'Password expired.' },
  insufficient_scope: { status: 403, message: 'The credential does not carry the right to do this.' },
  address_not_allowed: { status: 403, message: 'The credential may not be used from this address.' },
  last_administrator: { status: 409, message: 'The last enabled administrator stays one.' },
  already_taken: { status: 409, message: 'Another user has that username or e-mail address.' },
  not_found: { status: 404, message: 'There is no such thing.' },
  unknown_path: { status: 404, message: 'There is no such path.' },
  unknown_locale: { status: 404, message: 'There is no such locale.' },
  method_not_allowed: { status: 405, message: 'This path does not answer that method.' },
  not_acceptable: { status: 406, message: 'The answer is JSON, which the Accept header excludes.' },
  request_timeout: { status: 408, message: 'The request took too long to arrive.' },
  deleted: { status: 410, message: 'It was deleted.' },
  body_too_large: { status: 413, message: 'The body is over 16 KiB.' },
  unsupported_media_type: { status: 415, message: 'The body must be application/json.' },
  too_many_attempts: { status: 429, message: 'Too many attempts; try again later.' },
  headers_too_large: { status: 431, message: 'The headers are too large.' },
  internal_error: { status: 500, message: 'Something went wrong on our side.' },
  unavailable: { status: 503, message: 'The server cannot answer just now; try again shortly.' },
} as const satisfies Record<string, Problem>;

/** The stable, machine-readable word of an error. */
export type ProblemCode = keyof typeof PROBLEMS;
