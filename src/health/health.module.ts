import { Module } from '@nestjs/common';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { HealthController } from './health.controller.js';
import { StartProgress } from './start-progress.js';

/** Tells an operator's tools how the server is. */
@Module({
  imports: [SigningKeysModule],
  controllers: [HealthController],
  providers: [StartProgress],
})
export class HealthModule {}
