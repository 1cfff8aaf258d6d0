import { loginChallengeParameters, type LoginRequirement } from './login-proof.js';

/** The statuses of refusals, by their codes: RFC 6750, section 3.1, RFC 9470, section 3, and RFC 9110, section 15. */
const STATUSES = {
  credential_required: 401,
  invalid_token: 401,
  token_expired: 401,
  insufficient_user_authentication: 401,
  insufficient_scope: 403,
  rate_limited: 429,
  unavailable: 503,
} as const;

export type GuardErrorCode = keyof typeof STATUSES;

/** RFC 6750, section 3.1, has one code for every bad token, and this description for one that has expired. */
const CHALLENGES: Readonly<Partial<Record<GuardErrorCode, string>>> = {
  credential_required: 'Bearer',
  invalid_token: 'Bearer error="invalid_token"',
  token_expired: 'Bearer error="invalid_token", error_description="The access token expired"',
  insufficient_user_authentication: 'Bearer error="insufficient_user_authentication"',
  insufficient_scope: 'Bearer error="insufficient_scope"',
};

const DEFAULT_RETRY_SECONDS = 1;

/**
 * A refusal. Tell it by its `code`, and not by `instanceof`: a process can load this package twice, as ES module and as CommonJS.
 * `unavailable` is no verdict on the credential.
 */
export class GuardError extends Error {
  override readonly name = 'GuardError';
  readonly status: number;
  /** What is required of the login, of `insufficient_user_authentication`. */
  readonly login: LoginRequirement | undefined;

  constructor(
    readonly code: GuardErrorCode,
    message: string,
    /** When to try again, of `rate_limited` and `unavailable`. */
    readonly retryAfterSeconds: number = DEFAULT_RETRY_SECONDS,
    options: ErrorOptions & { readonly login?: LoginRequirement } = {},
  ) {
    super(message, options);
    this.status = STATUSES[code];
    this.login = options.login;
  }

  /** The headers that an HTTP response with this refusal needs. */
  get headers(): Record<string, string> {
    if (this.login !== undefined) {
      const parameters = loginChallengeParameters(this.login);
      return { 'WWW-Authenticate': `Bearer error="insufficient_user_authentication", ${parameters}` };
    }
    const challenge = CHALLENGES[this.code];
    if (challenge !== undefined) return { 'WWW-Authenticate': challenge };
    return { 'Retry-After': String(this.retryAfterSeconds) };
  }

  /** The body of an HTTP response with this refusal. */
  toJSON(): { statusCode: number; code: GuardErrorCode; message: string } {
    return { statusCode: this.status, code: this.code, message: this.message };
  }
}

/** The refusal in what was thrown, whichever copy of this package has thrown it; undefined if it is another error. */
export function guardErrorOf(error: unknown): GuardError | undefined {
  return error instanceof Error && error.name === 'GuardError' ? (error as GuardError) : undefined;
}
