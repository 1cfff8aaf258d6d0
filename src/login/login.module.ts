import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { LoginThrottle } from '../database/entities/login-throttle.entity.js';
import { User } from '../database/entities/user.entity.js';
import { SessionModule } from '../session/session.module.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { LoginService } from './login.service.js';
import { Passwords } from './password-hasher.js';
import { RefusalAudit } from './refusal-audit.js';

/** From a name and a password to a session, at every door alike; bounds guessing, and records what it refuses. */
@Module({
  imports: [TypeOrmModule.forFeature([User, LoginThrottle]), AuditModule, SessionModule],
  providers: [LoginService, LoginThrottleService, Passwords, RefusalAudit],
  exports: [LoginService, LoginThrottleService, Passwords],
})
export class LoginModule {}
