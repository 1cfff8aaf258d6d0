import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { FactorServicesModule } from '../factor/factor-services.module.js';
import { LoginModule } from '../login/login.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { SessionModule } from '../session/session.module.js';
import { Housekeeping } from './housekeeping.service.js';

/** Deletes expired rows. */
@Module({
  imports: [AuditModule, AuthModule, FactorServicesModule, LoginModule, RateLimitModule, SessionModule],
  providers: [Housekeeping],
})
export class HousekeepingModule {}
