import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { CredentialUse } from '../auth/credential-use.js';
import { AuthHeaderServicesModule } from './auth-header-services.module.js';
import { AuthHeaderUsage } from './auth-header-usage.js';
import { AuthHeaderAdministrationController } from './auth-header-administration.controller.js';
import { AuthHeaderStrategy } from './auth-header.strategy.js';
import { AuthHeaderController } from './authheader.controller.js';

/** Named, long-lived tokens for programs, and the strategy that checks them. */
@Module({
  imports: [AuthHeaderServicesModule, AuthModule],
  controllers: [AuthHeaderController, AuthHeaderAdministrationController],
  providers: [AuthHeaderStrategy],
})
export class AuthHeaderModule {
  constructor(use: CredentialUse, usage: AuthHeaderUsage) {
    use.subscribe(({ credential }) => {
      if (credential.kind === 'auth-header') usage.note(credential.id);
    });
  }
}
