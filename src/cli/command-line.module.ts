import { type DynamicModule, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditService } from '../audit/audit.service.js';
import { AuthHeaderUsage } from '../authheader/auth-header-usage.js';
import { AuthHeaderService } from '../authheader/authheader.service.js';
import type { Settings } from '../config/settings.js';
import { SettingsModule } from '../config/settings.module.js';
import { ENTITIES } from '../database/data-source.js';
import { DatabaseModule } from '../database/database.module.js';
import { RevocationModule } from '../revocation/revocation.module.js';
import { CryptoModule } from '../crypto/crypto.module.js';
import { JwtSigner } from '../session/jwt-signer.js';
import { SessionService } from '../session/session.service.js';
import { SigningKeyRotation } from '../session/signing-key-rotation.js';
import { SigningKeys } from '../session/signing-keys.js';
import { LoginThrottleService } from '../login/login-throttle.service.js';
import { Passwords } from '../login/password-hasher.js';
import { UserAnswers } from '../user/user-answers.js';
import { UserService } from '../user/user.service.js';

/**
 * The services the commands use. Not by their modules: those bring the controllers along, and with them what only a server
 * has a use for.
 */
@Module({})
export class CommandLineModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: CommandLineModule,
      imports: [
        SettingsModule.with(settings),
        CryptoModule,
        DatabaseModule,
        RevocationModule,
        TypeOrmModule.forFeature([...ENTITIES]),
        JwtModule.register({}),
      ],
      providers: [
        AuditService,
        UserService,
        UserAnswers,
        Passwords,
        LoginThrottleService,
        SessionService,
        JwtSigner,
        SigningKeys,
        SigningKeyRotation,
        AuthHeaderService,
        AuthHeaderUsage,
      ],
    };
  }
}
