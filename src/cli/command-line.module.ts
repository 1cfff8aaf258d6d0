import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthHeaderServicesModule } from '../authheader/auth-header-services.module.js';
import type { Settings } from '../config/settings.js';
import { SettingsModule } from '../config/settings.module.js';
import { CryptoModule } from '../crypto/crypto.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { FactorServicesModule } from '../factor/factor-services.module.js';
import { LoginModule } from '../login/login.module.js';
import { MailModule } from '../mail/mail.module.js';
import { RevocationModule } from '../revocation/revocation.module.js';
import { SessionModule } from '../session/session.module.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { UserResponses } from '../user/user-responses.js';
import { LastAdministrator } from '../user/last-administrator.js';
import { UserRepository } from '../user/user.repository.js';
import { UserService } from '../user/user.service.js';

/**
 * The services of the commands. UserService is listed without its module, which would import the guard and with it the polling
 * of a server.
 */
@Module({})
export class CommandLineModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: CommandLineModule,
      imports: [
        SettingsModule.with(settings),
        CryptoModule,
        DatabaseModule.with(settings),
        MailModule,
        RevocationModule,
        AuditModule,
        AuthHeaderServicesModule,
        FactorServicesModule,
        SigningKeysModule,
        SessionModule,
        LoginModule,
      ],
      providers: [LastAdministrator, UserRepository, UserService, UserResponses],
    };
  }
}
