import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthHeaderRepository } from './auth-header.repository.js';
import { AuthHeaderUsage } from './auth-header-usage.js';
import { AuthHeaderService } from './authheader.service.js';

/** The services of auth headers without their routes. Logins and commands use them, and a command must not start the guard. */
@Module({
  imports: [AuditModule],
  providers: [AuthHeaderRepository, AuthHeaderService, AuthHeaderUsage],
  exports: [AuthHeaderRepository, AuthHeaderService, AuthHeaderUsage],
})
export class AuthHeaderServicesModule {}
