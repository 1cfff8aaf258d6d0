import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { AuthHeaderChanges } from './auth-header-changes.js';
import { AuthHeaderOwnerRepository } from './auth-header-owner.repository.js';
import { AuthHeaderOwners } from './auth-header-owners.js';
import { AuthHeaderSearch } from './auth-header-search.js';
import { AuthHeaderRepository } from './auth-header.repository.js';
import { AuthHeaderUsage } from './auth-header-usage.js';
import { AuthHeaderViews } from './auth-header-views.js';
import { AuthHeaderService } from './authheader.service.js';
import { EndingAuthHeaders } from './ending-auth-headers.js';
import { LeakedAuthHeaders } from './leaked-auth-headers.js';

/** The services of auth headers without their routes. Logins and commands use them, and a command must not start the guard. */
@Module({
  imports: [AuditModule, RateLimitModule],
  providers: [
    AuthHeaderChanges,
    AuthHeaderOwnerRepository,
    AuthHeaderOwners,
    AuthHeaderRepository,
    AuthHeaderSearch,
    AuthHeaderService,
    AuthHeaderUsage,
    AuthHeaderViews,
    EndingAuthHeaders,
    LeakedAuthHeaders,
  ],
  exports: [
    AuthHeaderChanges,
    AuthHeaderOwners,
    AuthHeaderRepository,
    AuthHeaderService,
    AuthHeaderUsage,
    EndingAuthHeaders,
    LeakedAuthHeaders,
  ],
})
export class AuthHeaderServicesModule {}
