import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Authenticator } from './authenticator.js';
import { CredentialCache } from './credential-cache.js';
import { CredentialUse } from './credential-use.js';
import { CredentialGuard } from './credential.guard.js';
import { FastPath } from './fast-path.js';
import { VerifyController } from './verify.controller.js';

/** From a request's headers to its principal: one guard in front of every route. */
@Module({
  controllers: [VerifyController],
  providers: [
    CredentialCache,
    CredentialUse,
    Authenticator,
    CredentialGuard,
    FastPath,
    { provide: APP_GUARD, useExisting: CredentialGuard },
  ],
  exports: [CredentialUse, FastPath],
})
export class AuthModule {}
