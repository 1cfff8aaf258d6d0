import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CredentialUse } from '../auth/credential-use.js';
import { AuthHeaderUsage } from './auth-header-usage.js';
import { AuthHeaderAdministrationController } from './auth-header-administration.controller.js';
import { AuthHeaderStrategy } from './auth-header.strategy.js';
import { AuthHeaderRepository } from './auth-header.repository.js';
import { AuthHeaderController } from './authheader.controller.js';
import { AuthHeaderService } from './authheader.service.js';

/** Named, long-lived tokens for programs, and the strategy that checks them. */
@Module({
  imports: [AuditModule, AuthModule],
  controllers: [AuthHeaderController, AuthHeaderAdministrationController],
  providers: [AuthHeaderRepository, AuthHeaderService, AuthHeaderUsage, AuthHeaderStrategy],
  exports: [AuthHeaderService],
})
export class AuthHeaderModule {
  constructor(use: CredentialUse, usage: AuthHeaderUsage) {
    use.subscribe(({ credential }) => {
      if (credential.kind === 'auth-header') usage.note(credential.id);
    });
  }
}
