import { Module } from '@nestjs/common';
import { Drain } from '../http/drain.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';
import { StartProgress } from './start-progress.js';
import { WriteFailures } from './write-failures.js';

/** Liveness and readiness checks for load balancers and monitoring. */
@Module({
  imports: [SigningKeysModule],
  controllers: [HealthController],
  providers: [Drain, Readiness, StartProgress, WriteFailures],
  exports: [Readiness],
})
export class HealthModule {}
