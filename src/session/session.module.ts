import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Session } from '../database/entities/session.entity.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { JwtSigner } from './jwt-signer.js';
import { JwtStrategy } from './jwt.strategy.js';
import { SessionService } from './session.service.js';

/** Logins, the JWTs minted for them, and the strategy that checks these. */
@Module({
  imports: [TypeOrmModule.forFeature([Session]), JwtModule.register({}), SigningKeysModule],
  providers: [SessionService, JwtSigner, JwtStrategy],
  exports: [SessionService],
})
export class SessionModule {}
