import { Module } from '@nestjs/common';
import { RateLimitWindowRepository } from './rate-limit-window.repository.js';
import { RateLimiter } from './rate-limiter.js';

/** The rate limits of auth headers, shared by all processes. */
@Module({
  providers: [RateLimitWindowRepository, RateLimiter],
  exports: [RateLimitWindowRepository, RateLimiter],
})
export class RateLimitModule {}
