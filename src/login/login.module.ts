import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LoginThrottle } from '../database/entities/login-throttle.entity.js';
import { User } from '../database/entities/user.entity.js';
import { SessionModule } from '../session/session.module.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { LoginService } from './login.service.js';
import { Passwords } from './password-hasher.js';

/** From a name and a password to a session, at every door alike; bounds guessing. */
@Module({
  imports: [TypeOrmModule.forFeature([User, LoginThrottle]), SessionModule],
  providers: [LoginService, LoginThrottleService, Passwords],
  exports: [LoginService, LoginThrottleService, Passwords],
})
export class LoginModule {}
