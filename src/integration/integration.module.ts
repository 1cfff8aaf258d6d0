import { Module } from '@nestjs/common';
import { SessionModule } from '../session/session.module.js';
import { KeySetController } from './key-set.controller.js';
import { VerifyController } from './verify.controller.js';

/** How other services check a credential. */
@Module({
  imports: [SessionModule],
  controllers: [KeySetController, VerifyController],
})
export class IntegrationModule {}
