import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { JwtSigner } from './jwt-signer.js';
import { JwtStrategy } from './jwt.strategy.js';
import { Session } from '../database/entities/session.entity.js';
import { SessionService } from './session.service.js';
import { SigningKeyRotation } from './signing-key-rotation.js';
import { SigningKey } from '../database/entities/signing-key.entity.js';
import { SigningKeys } from './signing-keys.js';

/** Logins, the JWTs minted for them, the strategy that checks these, and the keys these are signed with. */
@Module({
  imports: [TypeOrmModule.forFeature([Session, SigningKey]), JwtModule.register({})],
  providers: [SessionService, JwtSigner, JwtStrategy, SigningKeys, SigningKeyRotation],
  exports: [SessionService, SigningKeys, SigningKeyRotation],
})
export class SessionModule {}
