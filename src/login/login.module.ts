import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthHeaderServicesModule } from '../authheader/auth-header-services.module.js';
import { SessionModule } from '../session/session.module.js';
import { LoginAdmission } from './login-admission.js';
import { LoginThrottleRepository } from './login-throttle.repository.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { LoginRepository } from './login.repository.js';
import { LoginService } from './login.service.js';
import { MailLinkRepository } from './mail-link.repository.js';
import { MailLinks } from './mail-links.js';
import { MailThrottle } from './mail-throttle.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordResetService } from './password-reset.service.js';
import { RefusalAudit } from './refusal-audit.js';

/** Logins by both routes: from a name and a password to a session. Limits guessing, and records what it refuses. */
@Module({
  imports: [AuditModule, AuthHeaderServicesModule, SessionModule],
  providers: [
    LoginAdmission,
    LoginRepository,
    LoginService,
    LoginThrottleRepository,
    LoginThrottleService,
    MailLinkRepository,
    MailLinks,
    MailThrottle,
    PasswordHasher,
    PasswordResetService,
    RefusalAudit,
  ],
  exports: [LoginService, LoginThrottleService, MailLinks, MailThrottle, PasswordHasher, PasswordResetService],
})
export class LoginModule {}
