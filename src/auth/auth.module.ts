import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { Authenticator } from './authenticator.js';
import { CheckCounts } from './check-counts.js';
import { CheckOutcomes } from './check-outcomes.js';
import { CredentialCache } from './credential-cache.js';
import { CredentialRefusals } from './credential-refusals.js';
import { CredentialUse } from './credential-use.js';
import { CredentialGuard } from './credential.guard.js';
import { FastPath } from './fast-path.js';
import { RevocationsController } from './revocations.controller.js';
import { UseCountRepository } from './use-count.repository.js';
import { UseCounts } from './use-counts.js';
import { VerifyController } from './verify.controller.js';

/** Authentication and authorization: one guard for every route, from headers to principal. */
@Module({
  imports: [RateLimitModule],
  controllers: [VerifyController, RevocationsController],
  providers: [
    CheckCounts,
    CheckOutcomes,
    CredentialCache,
    CredentialRefusals,
    CredentialUse,
    Authenticator,
    CredentialGuard,
    FastPath,
    UseCountRepository,
    UseCounts,
    { provide: APP_GUARD, useExisting: CredentialGuard },
  ],
  exports: [Authenticator, CheckCounts, CredentialCache, CredentialRefusals, CredentialUse, FastPath, UseCounts],
})
export class AuthModule {}
