import { Module } from '@nestjs/common';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { HealthController } from './health.controller.js';

/** Tells an operator's tools how the server is. */
@Module({
  imports: [SigningKeysModule],
  controllers: [HealthController],
})
export class HealthModule {}
