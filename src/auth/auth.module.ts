import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthHeaderModule } from '../authheader/authheader.module.js';
import { SessionModule } from '../session/session.module.js';
import { CredentialCache } from './credential-cache.js';
import { CredentialGuard } from './credential.guard.js';
import { AuthHeaderStrategy } from './strategies/auth-header.strategy.js';
import { JwtStrategy } from './strategies/jwt.strategy.js';

/** From a request's headers to its principal: one guard in front of every route. */
@Module({
  imports: [SessionModule, AuthHeaderModule],
  providers: [
    CredentialCache,
    JwtStrategy,
    AuthHeaderStrategy,
    CredentialGuard,
    { provide: APP_GUARD, useExisting: CredentialGuard },
  ],
  exports: [CredentialGuard],
})
export class AuthModule {}
