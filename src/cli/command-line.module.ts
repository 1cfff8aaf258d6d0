import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { AuthHeaderUsage } from '../authheader/auth-header-usage.js';
import { AuthHeaderService } from '../authheader/authheader.service.js';
import type { Settings } from '../config/settings.js';
import { SettingsModule } from '../config/settings.module.js';
import { CryptoModule } from '../crypto/crypto.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { AuthHeader } from '../database/entities/auth-header.entity.js';
import { User } from '../database/entities/user.entity.js';
import { LoginModule } from '../login/login.module.js';
import { RevocationModule } from '../revocation/revocation.module.js';
import { SessionModule } from '../session/session.module.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { UserAnswers } from '../user/user-answers.js';
import { UserService } from '../user/user.service.js';

/**
 * The services the commands use. Those of users and auth headers not by their modules: these bring the guard along, and with
 * it the poll of a server.
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
        AuditModule,
        SigningKeysModule,
        SessionModule,
        LoginModule,
        TypeOrmModule.forFeature([User, AuthHeader]),
      ],
      providers: [UserService, UserAnswers, AuthHeaderService, AuthHeaderUsage],
    };
  }
}
