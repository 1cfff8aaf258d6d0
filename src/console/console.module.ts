import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { AuthHeaderServicesModule } from '../authheader/auth-header-services.module.js';
import { FactorServicesModule } from '../factor/factor-services.module.js';
import { HealthModule } from '../health/health.module.js';
import { LoginModule } from '../login/login.module.js';
import { SessionModule } from '../session/session.module.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { UserModule } from '../user/user.module.js';
import { CONSOLE_PAGES, PAGES } from './console-pages.js';
import { ConsoleSessions } from './console-sessions.js';
import { LoginFlow } from './login-flow.js';
import type { ConsolePage } from './page.js';
import { PageServer } from './page-server.js';
import { PasskeyOffer } from './pages/passkey-login.page.js';
import { SessionCookie } from './session-cookie.js';

/** The console: pages for people, which call the same services as the API. `CONSOLE=false` leaves it out. */
@Module({
  imports: [
    AuditModule,
    AuthModule,
    AuthHeaderServicesModule,
    FactorServicesModule,
    HealthModule,
    LoginModule,
    SessionModule,
    SigningKeysModule,
    UserModule,
  ],
  providers: [
    ...CONSOLE_PAGES,
    { provide: PAGES, inject: [...CONSOLE_PAGES], useFactory: (...pages: ConsolePage[]) => pages },
    ConsoleSessions,
    LoginFlow,
    PageServer,
    PasskeyOffer,
    SessionCookie,
  ],
  exports: [PageServer],
})
export class ConsoleModule {}
