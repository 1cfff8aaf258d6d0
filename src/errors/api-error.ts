import { inEnglish, message, type Message } from '../i18n/message.js';
import { PROBLEMS, type ProblemCode } from './problems.js';

/** What is wrong with one field of a request. */
export interface FieldComplaint {
  /** The field's path, e.g. `account.email`. */
  readonly field: string;
  readonly message: Message;
}

export interface ApiErrorOptions {
  /** In place of the table's sentence. */
  readonly message?: Message;
  readonly details?: readonly FieldComplaint[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error the caller is told about, by its code in {@link PROBLEMS}; its `message` is the English one. */
export class ApiError extends Error {
  readonly status: number;
  /** The sentence, in no language yet. */
  readonly told: Message;
  readonly details: readonly FieldComplaint[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ProblemCode,
    options: ApiErrorOptions = {},
  ) {
    const told = options.message ?? message(code);
    super(inEnglish(told));
    this.told = told;
    this.status = PROBLEMS[code].status;
    this.details = options.details;
    this.headers = { ...defaultHeaders(code, this.status), ...options.headers };
  }
}

/** The headers each status owes its reader: RFC 6750, section 3, and RFC 9110, sections 10.2.3 and 15. */
function defaultHeaders(code: ProblemCode, status: number): Record<string, string> {
  if (status === 401) return { 'www-authenticate': bearerChallenge(code === 'invalid_token' ? code : undefined) };
  if (code === 'insufficient_scope') return { 'www-authenticate': bearerChallenge(code) };
  if (status === 503) return { 'retry-after': '1' };
  return {};
}

/** The challenge of RFC 6750, section 3; the error is named only to a caller who presented a credential. */
export function bearerChallenge(error?: 'invalid_token' | 'insufficient_scope', scope?: string): string {
  const parts = ['realm="elastic-personas"'];
  if (error !== undefined) parts.push(`error="${error}"`);
  if (scope !== undefined) parts.push(`scope="${scope}"`);
  return `Bearer ${parts.join(', ')}`;
}
