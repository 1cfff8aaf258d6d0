import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CredentialUse } from '../auth/credential-use.js';
import { AuthHeaderUsage } from './auth-header-usage.js';
import { AuthHeaderStrategy } from './auth-header.strategy.js';
import { AuthHeader } from '../database/entities/auth-header.entity.js';
import { AuthHeaderController } from './authheader.controller.js';
import { AuthHeaderService } from './authheader.service.js';

/** Named, long-lived tokens for programs, and the strategy that checks them. */
@Module({
  imports: [TypeOrmModule.forFeature([AuthHeader]), AuditModule, AuthModule],
  controllers: [AuthHeaderController],
  providers: [AuthHeaderService, AuthHeaderUsage, AuthHeaderStrategy],
  exports: [AuthHeaderService],
})
export class AuthHeaderModule {
  constructor(use: CredentialUse, usage: AuthHeaderUsage) {
    use.listen(({ credential }) => {
      if (credential.kind === 'auth-header') usage.note(credential.id);
    });
  }
}
