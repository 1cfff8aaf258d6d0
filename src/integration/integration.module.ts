import { Module } from '@nestjs/common';
import { SessionModule } from '../session/session.module.js';
import { KeySetController } from './key-set.controller.js';

/** How other services check a credential. */
@Module({
  imports: [SessionModule],
  controllers: [KeySetController],
})
export class IntegrationModule {}
