import { HttpException } from '@nestjs/common';
import { isDatabaseUnavailable } from '../../database/database-errors.js';
import { message } from '../../i18n/message.js';
import { ApiError } from '../../errors/api-error.js';
import { PROBLEMS, type ProblemCode } from '../../errors/problems.js';

/** Fastify's error codes for rejected requests. */
const FASTIFY_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_BAD_URL: 'malformed_url',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
};

/** Maps a thrown value to the error to answer. An unexpected one becomes 500 and reveals nothing of its text. */
export function toApiError(thrown: unknown, requestId: string): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (isDatabaseUnavailable(thrown)) return new ApiError('unavailable');
  // Nest wraps Fastify's errors and stores the original as the cause.
  const original = thrown instanceof HttpException ? thrown.cause : thrown;
  const { code, statusCode } = (original ?? {}) as { code?: string; statusCode?: number };
  const problem = code === undefined ? undefined : FASTIFY_PROBLEMS[code];
  if (problem !== undefined) return new ApiError(problem);
  const status = thrown instanceof HttpException ? thrown.getStatus() : statusCode;
  if (status !== undefined && status >= 400 && status < 500) return new ApiError(problemOfStatus(status));
  return new ApiError('internal_error', { message: message('internal_error_of_request', { requestId }) });
}

/** The first entry of the table with that status, else the most general 400. */
function problemOfStatus(status: number): ProblemCode {
  // Only the static file server answers 403, for a path outside its folder.
  if (status === 403) return 'unknown_path';
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  return codes.find((code) => PROBLEMS[code].status === status && status !== 400) ?? 'malformed_request';
}
