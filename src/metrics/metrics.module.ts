import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { HousekeepingModule } from '../housekeeping/housekeeping.module.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { ChangeMetrics } from './change-metrics.js';
import { CredentialMetrics } from './credential-metrics.js';
import { DatabaseMetrics } from './database-metrics.js';
import { LoginMetrics } from './login-metrics.js';
import { Measures } from './measures.js';
import { MetricsService } from './metrics.service.js';
import { ProcessMetrics } from './process-metrics.js';
import { RequestMetrics } from './request-metrics.js';
import { RowCountRepository } from './row-counts.repository.js';
import { StockMetrics } from './stock-metrics.js';

/** The metrics for Prometheus. A server without METRICS_PORT does not load it. */
@Module({
  imports: [AuthModule, HousekeepingModule, SigningKeysModule],
  providers: [
    { provide: Measures, useFactory: () => new Measures() },
    ChangeMetrics,
    CredentialMetrics,
    DatabaseMetrics,
    LoginMetrics,
    MetricsService,
    ProcessMetrics,
    RequestMetrics,
    RowCountRepository,
    StockMetrics,
  ],
})
export class MetricsModule {}
