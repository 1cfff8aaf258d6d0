import { type DynamicModule, Module } from '@nestjs/common';
import { AccountsModule } from './accounts/accounts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { AuthHeaderModule } from './authheader/authheader.module.js';
import type { Settings } from './config/settings.js';
import { SettingsModule } from './config/settings.module.js';
import { DatabaseModule } from './database/database.module.js';
import { ErrorsModule } from './http/errors/errors.module.js';
import { HealthModule } from './health/health.module.js';
import { Drain } from './http/drain.js';
import { HousekeepingModule } from './housekeeping/housekeeping.module.js';
import { OAuthModule } from './oauth/oauth.module.js';
import { KittensModule } from './kittens/kittens.module.js';
import { RevocationModule } from './revocation/revocation.module.js';
import { SecretsModule } from './secrets/secrets.module.js';
import { SessionModule } from './session/session.module.js';
import { SigningKeyUpkeep } from './session/signing-key-upkeep.js';
import { FirstAdministrator } from './user/first-administrator.js';
import { UserModule } from './user/user.module.js';
import { WorkloadModule } from './workload/workload.module.js';

/** Which modules there are. */
@Module({})
export class AppModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SettingsModule.with(settings),
        SecretsModule,
        DatabaseModule,
        ErrorsModule,
        RevocationModule,
        WorkloadModule,
        AuditModule,
        AccountsModule,
        UserModule,
        AuthHeaderModule,
        AuthModule,
        OAuthModule,
        ...(settings.servesKittens ? [KittensModule] : []),
        HealthModule,
        HousekeepingModule,
        SessionModule,
      ],
      // What a server does by itself, and a command does not. At the end Nest tells the root first, so that the drain
      // has begun before any module writes its last.
      providers: [Drain, SigningKeyUpkeep, FirstAdministrator],
    };
  }
}
