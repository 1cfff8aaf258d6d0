import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { AuthHeaderServicesModule } from '../authheader/auth-header-services.module.js';
import { SessionModule } from '../session/session.module.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { GrantController } from './grant.controller.js';
import { KeySetController } from './key-set.controller.js';
import { MetadataController } from './metadata.controller.js';
import { TokenController } from './token.controller.js';
import { TokenRevocation } from './token-revocation.js';

/** The endpoints of an authorization server, at their standard paths. */
@Module({
  imports: [AuthModule, AuthHeaderServicesModule, SessionModule, SigningKeysModule],
  controllers: [KeySetController, MetadataController, GrantController, TokenController],
  providers: [TokenRevocation],
})
export class OAuthModule {}
