import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { AuditModule } from '../audit/audit.module.js';
import { AuthHeaderServicesModule } from '../authheader/auth-header-services.module.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { CookieSessions } from './cookie-sessions.js';
import { IssuerRepository } from './issuer.repository.js';
import { Issuers } from './issuers.js';
import { JwtSigner } from './jwt-signer.js';
import { JwtStrategy } from './jwt.strategy.js';
import { MachineJwts } from './machine-jwts.js';
import { SessionEnding } from './session-ending.js';
import { SessionRepository } from './session.repository.js';
import { SessionService } from './session.service.js';

/** Logins, the JWTs minted for them, and the strategy that checks these. */
@Module({
  imports: [AuditModule, AuthHeaderServicesModule, JwtModule.register({}), SigningKeysModule],
  providers: [
    CookieSessions,
    IssuerRepository,
    Issuers,
    SessionRepository,
    SessionService,
    SessionEnding,
    JwtSigner,
    MachineJwts,
    JwtStrategy,
  ],
  exports: [CookieSessions, Issuers, MachineJwts, SessionService, SessionEnding],
})
export class SessionModule {}
