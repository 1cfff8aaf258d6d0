import { ApiSchema } from '@nestjs/swagger';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { messageKey } from '../../i18n/message.js';

const MAX_LIMIT = 1_000_000;
/** 30 days. */
const MAX_WINDOW_SECONDS = 2_592_000;

const LIMIT_RULE = messageKey('must_be_within', { min: 1, max: MAX_LIMIT });
const WINDOW_RULE = messageKey('must_be_within', { min: 1, max: MAX_WINDOW_SECONDS });

/**
 * A rate limit or null. A reference to the schema of {@link RateLimitDto} cannot be nullable: null is allowed only next to a
 * `type` (OpenAPI 3.0.3, section 4.7.24.1).
 */
export const NULLABLE_RATE_LIMIT = {
  type: 'object',
  nullable: true,
  required: ['limit', 'windowSeconds'],
  properties: {
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: MAX_LIMIT,
      description: 'The maximum number of requests in a window.',
      example: 1000,
    },
    windowSeconds: {
      type: 'integer',
      minimum: 1,
      maximum: MAX_WINDOW_SECONDS,
      description: 'The length of a window in seconds, at most 30 days.',
      example: 60,
    },
  },
} as const satisfies ApiPropertyOptions;

@ApiSchema({ name: 'RateLimit', description: 'How many requests an auth header may make in each window of time.' })
export class RateLimitDto {
  /**
   * The maximum number of requests in a window.
   * @example 1000
   */
  @Min(1, LIMIT_RULE)
  @Max(MAX_LIMIT, LIMIT_RULE)
  @IsInt(messageKey('must_be_a_whole_number'))
  limit: number;

  /**
   * The length of a window in seconds, at most 30 days. Windows are aligned to 1970: one of 3600 seconds begins with each hour.
   * @example 60
   */
  @Min(1, WINDOW_RULE)
  @Max(MAX_WINDOW_SECONDS, WINDOW_RULE)
  @IsInt(messageKey('must_be_whole_seconds'))
  windowSeconds: number;
}
