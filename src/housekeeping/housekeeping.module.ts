import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { LoginModule } from '../login/login.module.js';
import { SessionModule } from '../session/session.module.js';
import { Housekeeping } from './housekeeping.service.js';

/** Removes what has outlived its purpose. */
@Module({
  imports: [AuditModule, LoginModule, SessionModule],
  providers: [Housekeeping],
})
export class HousekeepingModule {}
