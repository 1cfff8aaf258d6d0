import { Module } from '@nestjs/common';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { KeySetController } from './key-set.controller.js';

/** What services ask of an authorization server, by the paths of the standards. */
@Module({
  imports: [SigningKeysModule],
  controllers: [KeySetController],
})
export class OAuthModule {}
