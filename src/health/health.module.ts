import { Module } from '@nestjs/common';
import { SessionModule } from '../session/session.module.js';
import { HealthController } from './health.controller.js';
import { StartProgress } from './start-progress.js';

/** Tells an operator's tools how the server is. */
@Module({
  imports: [SessionModule],
  controllers: [HealthController],
  providers: [StartProgress],
})
export class HealthModule {}
