import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Authenticator } from './authenticator.js';
import { CredentialCache } from './credential-cache.js';
import { CredentialUse } from './credential-use.js';
import { CredentialGuard } from './credential.guard.js';

/** From a request's headers to its principal: one guard in front of every route. */
@Module({
  providers: [
    CredentialCache,
    CredentialUse,
    Authenticator,
    CredentialGuard,
    { provide: APP_GUARD, useExisting: CredentialGuard },
  ],
  exports: [Authenticator, CredentialUse],
})
export class AuthModule {}
