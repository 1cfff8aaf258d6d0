import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { SigningKeyController } from './signing-key.controller.js';
import { SigningKeysModule } from './signing-keys.module.js';

/** The routes of the signing keys. Commands use the services without them, because a command must not start the guard. */
@Module({
  imports: [AuthModule, SigningKeysModule],
  controllers: [SigningKeyController],
})
export class SigningKeyAdministrationModule {}
