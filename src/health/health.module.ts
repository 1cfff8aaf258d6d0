import { Module } from '@nestjs/common';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { HealthController } from './health.controller.js';
import { StartProgress } from './start-progress.js';

/** Liveness and readiness checks for load balancers and monitoring. */
@Module({
  imports: [SigningKeysModule],
  controllers: [HealthController],
  providers: [StartProgress],
})
export class HealthModule {}
