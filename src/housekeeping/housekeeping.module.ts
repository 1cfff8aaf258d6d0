import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { AuthHeaderServicesModule } from '../authheader/auth-header-services.module.js';
import { FactorServicesModule } from '../factor/factor-services.module.js';
import { LoginModule } from '../login/login.module.js';
import { MailDelivery } from '../mail/mail-delivery.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { SessionModule } from '../session/session.module.js';
import { Housekeeping } from './housekeeping.service.js';
import { MailUpkeep } from './mail-upkeep.js';

/** Deletes expired rows, and sends the mails. */
@Module({
  imports: [
    AuditModule,
    AuthModule,
    AuthHeaderServicesModule,
    FactorServicesModule,
    LoginModule,
    RateLimitModule,
    SessionModule,
  ],
  providers: [Housekeeping, MailDelivery, MailUpkeep],
  exports: [MailDelivery],
})
export class HousekeepingModule {}
