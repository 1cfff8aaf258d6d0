import { Module } from '@nestjs/common';
import { SessionModule } from '../session/session.module.js';
import { KeySetController } from './key-set.controller.js';

/** What services ask of an authorization server, by the paths of the standards. */
@Module({
  imports: [SessionModule],
  controllers: [KeySetController],
})
export class OAuthModule {}
