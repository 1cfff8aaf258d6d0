import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LoginThrottle } from './login-throttle.entity.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { RefusalAudit } from './refusal-audit.js';

/** Bounds guessing, and records what it refuses. */
@Module({
  imports: [TypeOrmModule.forFeature([LoginThrottle])],
  providers: [LoginThrottleService, RefusalAudit],
  exports: [LoginThrottleService, RefusalAudit],
})
export class ThrottleModule {}
