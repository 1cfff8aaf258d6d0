import { HttpException } from '@nestjs/common';
import { isDatabaseUnavailable } from '../../database/database-errors.js';
import { message } from '../../i18n/message.js';
import { ApiError } from '../../errors/api-error.js';
import { PROBLEMS, type ProblemCode } from '../../errors/problems.js';

/** Fastify's own refusals of a request, by their code. */
const FASTIFY_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_BAD_URL: 'malformed_url',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
};

/** What a caller is told of whatever was thrown. Anything unforeseen is our fault: 500 and nothing of its text. */
export function toApiError(thrown: unknown, requestId: string): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (isDatabaseUnavailable(thrown)) return new ApiError('unavailable');
  // Nest wraps Fastify's errors and keeps them as the cause.
  const original = thrown instanceof HttpException ? thrown.cause : thrown;
  const { code, statusCode } = (original ?? {}) as { code?: string; statusCode?: number };
  const problem = code === undefined ? undefined : FASTIFY_PROBLEMS[code];
  if (problem !== undefined) return new ApiError(problem);
  const status = thrown instanceof HttpException ? thrown.getStatus() : statusCode;
  if (status !== undefined && status >= 400 && status < 500) return new ApiError(problemOfStatus(status));
  return new ApiError('internal_error', { message: message('internal_error_of_request', { requestId }) });
}

/** The table's first entry with that status, else the plainest 400. */
function problemOfStatus(status: number): ProblemCode {
  // Only the pages' file server refuses like that, what lies outside its folder.
  if (status === 403) return 'unknown_path';
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  return codes.find((code) => PROBLEMS[code].status === status && status !== 400) ?? 'malformed_request';
}
