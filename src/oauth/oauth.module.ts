import { Module } from '@nestjs/common';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { KeySetController } from './key-set.controller.js';

/** The endpoints of an authorization server, at their standard paths. */
@Module({
  imports: [SigningKeysModule],
  controllers: [KeySetController],
})
export class OAuthModule {}
