import { Module } from '@nestjs/common';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { HealthController } from './health.controller.js';

/** Liveness and readiness checks for load balancers and monitoring. */
@Module({
  imports: [SigningKeysModule],
  controllers: [HealthController],
})
export class HealthModule {}
