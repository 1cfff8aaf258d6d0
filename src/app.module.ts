import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { AccountsModule } from './accounts/accounts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { CredentialRefusalAudit } from './audit/credential-refusal-audit.js';
import { AuthModule } from './auth/auth.module.js';
import { AuthHeaderModule } from './authheader/authheader.module.js';
import type { Settings } from './config/settings.js';
import { SettingsModule } from './config/settings.module.js';
import { ConsoleModule } from './console/console.module.js';
import { DatabaseModule } from './database/database.module.js';
import { ErrorsModule } from './http/errors/errors.module.js';
import { HealthModule } from './health/health.module.js';
import { HousekeepingModule } from './housekeeping/housekeeping.module.js';
import { OAuthModule } from './oauth/oauth.module.js';
import { KittensModule } from './kittens/kittens.module.js';
import { LeaksModule } from './leaks/leaks.module.js';
import { MailModule } from './mail/mail.module.js';
import { RevocationModule } from './revocation/revocation.module.js';
import { CryptoModule } from './crypto/crypto.module.js';
import { IssuerRecord } from './session/issuer-record.js';
import { SessionModule } from './session/session.module.js';
import { SigningKeyAdministrationModule } from './signing-keys/signing-key-administration.module.js';
import { SigningKeysModule } from './signing-keys/signing-keys.module.js';
import { SigningKeyMaintenance } from './signing-keys/signing-key-maintenance.js';
import { FirstAdministrator } from './user/first-administrator.js';
import { UserModule } from './user/user.module.js';

/** The root module. */
@Module({})
export class AppModule {
  /** @param further modules that only some servers load. */
  static with(settings: Settings, further: readonly Type[]): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SettingsModule.with(settings),
        CryptoModule,
        DatabaseModule.with(settings),
        ErrorsModule,
        MailModule,
        RevocationModule,
        AuditModule,
        AccountsModule,
        UserModule,
        AuthHeaderModule,
        LeaksModule,
        AuthModule,
        OAuthModule,
        ...(settings.servesKittens ? [KittensModule] : []),
        ...(settings.servesConsole ? [ConsoleModule] : []),
        HealthModule,
        HousekeepingModule,
        SigningKeysModule,
        SigningKeyAdministrationModule,
        SessionModule,
        ...further,
      ],
      // Background work of a server, which a command does not run. Nest shuts down the root module first, so the drain
      // begins before any module performs its last writes.
      providers: [SigningKeyMaintenance, IssuerRecord, FirstAdministrator, CredentialRefusalAudit],
    };
  }
}
