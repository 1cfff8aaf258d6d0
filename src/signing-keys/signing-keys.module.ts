import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { SigningKey } from '../database/entities/signing-key.entity.js';
import { SigningKeyRotation } from './signing-key-rotation.js';
import { SigningKeys } from './signing-keys.js';

/** The keys JWTs are signed with. Upkeep is a server's own business: its root provides it. */
@Module({
  imports: [TypeOrmModule.forFeature([SigningKey]), AuditModule],
  providers: [SigningKeys, SigningKeyRotation],
  exports: [SigningKeys, SigningKeyRotation],
})
export class SigningKeysModule {}
