import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthHeaderServicesModule } from '../authheader/auth-header-services.module.js';
import { FactorServicesModule } from '../factor/factor-services.module.js';
import { SessionModule } from '../session/session.module.js';
import { FactorGuesses } from './factor-guesses.js';
import { FactorStep } from './factor-step.js';
import { LoginAdmission } from './login-admission.js';
import { LoginCompletion } from './login-completion.js';
import { LoginThrottleRepository } from './login-throttle.repository.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { LoginRepository } from './login.repository.js';
import { LoginService } from './login.service.js';
import { PasskeyLoginService } from './passkey-login.service.js';
import { MailLinkRepository } from './mail-link.repository.js';
import { MailLinks } from './mail-links.js';
import { RequestThrottle } from './request-throttle.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordResetService } from './password-reset.service.js';
import { RefusalAudit } from './refusal-audit.js';
import { SecondStepService } from './second-step.service.js';

/** Logins by both routes: from a name and a password to a session. Limits guessing, and records what it refuses. */
@Module({
  imports: [AuditModule, AuthHeaderServicesModule, FactorServicesModule, SessionModule],
  providers: [
    FactorGuesses,
    FactorStep,
    LoginAdmission,
    LoginCompletion,
    LoginRepository,
    LoginService,
    LoginThrottleRepository,
    LoginThrottleService,
    PasskeyLoginService,
    MailLinkRepository,
    MailLinks,
    RequestThrottle,
    PasswordHasher,
    PasswordResetService,
    RefusalAudit,
    SecondStepService,
  ],
  exports: [
    FactorGuesses,
    FactorStep,
    LoginService,
    LoginThrottleService,
    PasskeyLoginService,
    MailLinks,
    RequestThrottle,
    PasswordHasher,
    PasswordResetService,
    SecondStepService,
  ],
})
export class LoginModule {}
