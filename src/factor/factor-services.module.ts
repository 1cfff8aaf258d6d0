import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ChallengeRepository } from './challenge.repository.js';
import { Challenges } from './challenges.js';
import { FactorPolicy } from './factor-policy.js';
import { FactorRepository } from './factor.repository.js';
import { FactorService } from './factor.service.js';
import { PasskeyLoginTokens } from './passkey-login-tokens.js';
import { PasskeyLogins } from './passkey-logins.js';
import { PasskeyMethod } from './passkey-method.js';
import { PasskeyRepository } from './passkey.repository.js';
import { PasskeySites } from './passkey-site.js';
import { Passkeys } from './passkeys.js';
import { RecoveryCodeRepository } from './recovery-code.repository.js';
import { RecoveryCodes } from './recovery-codes.js';
import { SecondFactors } from './second-factors.js';
import { TotpMethod } from './totp-method.js';

/** Second factors and recovery codes, and the tokens with which a login or an enrolment goes on. */
@Module({
  imports: [AuditModule],
  providers: [
    ChallengeRepository,
    Challenges,
    FactorPolicy,
    FactorRepository,
    FactorService,
    PasskeyLogins,
    PasskeyLoginTokens,
    PasskeyMethod,
    PasskeyRepository,
    Passkeys,
    PasskeySites,
    RecoveryCodeRepository,
    RecoveryCodes,
    SecondFactors,
    TotpMethod,
  ],
  exports: [Challenges, FactorPolicy, FactorService, PasskeyLogins, PasskeyMethod, RecoveryCodes, SecondFactors],
})
export class FactorServicesModule {}
