import { loginChallengeParameters, type LoginRequirement } from '../guard/login-proof.js';
import { toEnglish, message, type Message } from '../i18n/message.js';
import { PROBLEMS, type Problem, type ProblemCode } from './problems.js';
import { inWords } from './in-words.js';

/** A validation error of one field of a request. */
export interface FieldError {
  /** The field's path, e.g. `account.email`. */
  readonly field: string;
  readonly message: Message;
}

export interface ApiErrorOptions {
  /** Replaces the message of {@link PROBLEMS}. */
  readonly message?: Message;
  /** When to try again: in the header `Retry-After`, and in words in the message. */
  readonly retryAfterSeconds?: number;
  readonly details?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly secondFactor?: SecondFactorStep;
}

/** How a login goes on whose password was right. */
export interface SecondFactorStep {
  /** For the next request. It is no credential. */
  readonly token: string;
  /** In seconds. */
  readonly expiresIn: number;
  /** The ways to prove a second factor, or to set one up. */
  readonly methods: string[];
}

/** An error to answer, identified by its code in {@link PROBLEMS}. Its `message` is the English text. */
export class ApiError extends Error {
  readonly status: number;
  /** The message, not translated yet. */
  readonly localized: Message;
  readonly details: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly secondFactor: SecondFactorStep | undefined;

  constructor(
    readonly code: ProblemCode,
    options: ApiErrorOptions = {},
  ) {
    const { retryAfterSeconds } = options;
    const localized = options.message ?? messageOf(code, retryAfterSeconds);
    super(toEnglish(localized));
    this.localized = localized;
    this.status = PROBLEMS[code].status;
    this.details = options.details;
    this.secondFactor = options.secondFactor;
    this.headers = { ...defaultHeaders(code, this.status), ...retryAfter(retryAfterSeconds), ...options.headers };
  }
}

function messageOf(code: ProblemCode, retryAfterSeconds: number | undefined): Message {
  const { timedMessage }: Problem = PROBLEMS[code];
  if (timedMessage === undefined || retryAfterSeconds === undefined) return message(code);
  return message(timedMessage, { when: inWords(retryAfterSeconds) });
}

function retryAfter(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}

/** The refusal of a login that is too old or too weak, which says what is required (RFC 9470). */
export function loginRefusal(requirement: LoginRequirement): ApiError {
  const challenge = bearerChallenge('insufficient_user_authentication');
  const headers = { 'www-authenticate': `${challenge}, ${loginChallengeParameters(requirement)}` };
  return new ApiError('insufficient_user_authentication', { headers });
}

/** The headers each status requires: RFC 6750, section 3, and RFC 9110, sections 10.2.3 and 15. */
function defaultHeaders(code: ProblemCode, status: number): Record<string, string> {
  if (code === 'token_expired') return { 'www-authenticate': EXPIRED_CHALLENGE };
  if (code === 'insufficient_user_authentication') return { 'www-authenticate': bearerChallenge(code) };
  if (status === 401) return { 'www-authenticate': bearerChallenge(code === 'invalid_token' ? code : undefined) };
  if (code === 'insufficient_scope') return { 'www-authenticate': bearerChallenge(code) };
  if (status === 503) return { 'retry-after': '1' };
  return {};
}

/** The challenge of RFC 7617, section 2. */
export const BASIC_CHALLENGE = 'Basic realm="elastic-personas"';

/** RFC 6750, section 3.1, has one code for every bad token, and this description for one that has expired. */
const EXPIRED_CHALLENGE = `${bearerChallenge('invalid_token')}, error_description="The access token expired"`;

/** The errors that a challenge names: RFC 6750, section 3.1, and RFC 9470, section 3. */
type ChallengeError = Extract<ProblemCode, 'invalid_token' | 'insufficient_scope' | 'insufficient_user_authentication'>;

/** The challenge of RFC 6750, section 3; it names the error only if the request presented a credential. */
export function bearerChallenge(error?: ChallengeError, scope?: string): string {
  const parts = ['realm="elastic-personas"'];
  if (error !== undefined) parts.push(`error="${error}"`);
  if (scope !== undefined) parts.push(`scope="${scope}"`);
  return `Bearer ${parts.join(', ')}`;
}
